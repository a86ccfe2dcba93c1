-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  var a = __demand(__inline, 5)
--                           ^ ERROR: an annotation inside an expression must be about a call
  var b = __demand(__leaf, f())
  __demand(__parallel)
  for i = 0, 3 do f() end
end
