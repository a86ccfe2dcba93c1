-- RUN: check
import "regent"

task main()
  var x = 1
  var y = __demand(__inline, x)
end
