-- RUN: check
-- What a task returns cannot be told from a call of itself alone.
import "regent"

task forever(n : int)
--   ^~~~~~~ ERROR: the result type of `forever` depends on itself and has to be declared
  return 1 + forever(n - 1)
end
