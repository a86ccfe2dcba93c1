-- RUN: check
-- A result type that grows with each look at the body never settles.
import "regent"

task grows(n : int)
--   ^~~~~ ERROR: the result type of `grows` depends on itself and has to be declared
  var inner = grows(n - 1)
  return &inner
end
