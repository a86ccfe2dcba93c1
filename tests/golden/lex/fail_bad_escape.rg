-- RUN: check
import "regent"

task main()
  var s = "\400"
end
