-- RUN: check
-- A task that calls itself before its result type is known returns nothing there.
import "regent"

task forever(n : int)
  return 1 + forever(n - 1)
--       ^~~~~~~~~~~~~~~~~~ ERROR: type mismatch between int32 and {}
end
