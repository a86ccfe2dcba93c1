-- RUN: check
import "regent"

task main()
  var a = __demand(__inline, 5)
--                           ^ ERROR: an annotation inside an expression must be about a call
end
