-- RUN: check -fwarn-as-error 1
import "regent"

task f(n : int)
  __demand(__parallel)
--         ^~~~~~~~~~ ERROR: before a loop, `__index_launch` was called `__parallel` in earlier versions of the language
  for i = 0, n do f(i) end
  var x : missing = 3
end
