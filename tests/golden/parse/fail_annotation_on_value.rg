-- RUN: check
import "regent"

task main()
  var x = 1
  var y = __demand(__inline, x)
--                           ^ ERROR: an annotation inside an expression must be about a call
end
