-- RUN: check
-- `__demand(__parallel)` before a loop is what `__demand(__index_launch)` was called.
import "regent"

task f() : int return 1 end

task good()
  __demand(__parallel)
--         ^~~~~~~~~~ WARNING: before a loop, `__index_launch` was called `__parallel` in earlier versions of the language
  for i = 0, 3 do f() end
end

task bad()
  __demand(__parallel)
--         ^~~~~~~~~~ WARNING: before a loop, `__index_launch` was called `__parallel` in earlier versions of the language
  for i = 0, 3 do end
--^~~~~~~~~~~~~~~~~~~ ERROR: __demand(__parallel) is no longer supported on loops, please use __demand(__index_launch)
--^~~~~~~~~~~~~~~~~~~ NOTE: and the loop cannot be an index launch: body is empty
end
