-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  var b = __demand(__leaf, f())
--                 ^~~~~~ ERROR: option __demand(__leaf) is not permitted
  __demand(__parallel)
  for i = 0, 3 do f() end
--^~~~~~~~~~~~~~~~~~~~~~~ ERROR: __demand(__parallel) is no longer supported on loops, please use __demand(__index_launch)
end
