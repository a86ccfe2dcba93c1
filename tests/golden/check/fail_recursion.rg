-- RUN: check
-- The result of a task that calls itself has to be known.
import "regent"

task forever(n : int)
  return 1 + forever(n - 1)
--       ^~~~~~~~~~~~~~~~~~ ERROR: type mismatch between int32 and {}
end
