-- RUN: check
import "regent"

task main()
  var a = 1 ? 2
  var b = $
end
