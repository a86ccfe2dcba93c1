-- RUN: check
import "regent"

task main()
  var x = (1 + 2
  var y = 3
end
