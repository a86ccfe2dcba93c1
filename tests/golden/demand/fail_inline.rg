-- RUN: check
import "regent"

__demand(__inline)
task two_returns(x : int) : int
--   ^~~~~~~~~~~ ERROR: inline tasks cannot have multiple return statements
  if x > 0 then
    return 1
  else
    return 2
  end
end

__demand(__inline)
task early_return(x : int)
--   ^~~~~~~~~~~~ ERROR: the return statement in an inline task should be the last statement
  if x > 0 then return end
  x = 1
end

__demand(__inline)
task recursive(x : int) : int
--   ^~~~~~~~~ ERROR: inline tasks cannot be recursive
  var y = recursive(x - 1)
  return y
end

task ordinary() : int
--   ^~~~~~~~ NOTE: `ordinary` is declared here
  return 1
end

fspace cell { a : int, b : vector(float, 2), c : int }
__demand(__inline)
task fields(r : region(ispace(int1d), cell))
where reads(r.a) do
  var f = __fields(r)
--        ^~~~~~~~~~~ ERROR: ambiguous field access in __fields: every field path in an inline task must be fully specified.
  var g = __fields(r.a)
  var h = __fields(r.b)
--        ^~~~~~~~~~~~~ ERROR: invalid privilege: task has no privilege on r.b
end

__demand(__local)
extern task elsewhere()

__demand(__local) __forbid(__leaf, __idempotent, __replicable, __inner)
task with_nothing()
end

__demand(__local)
task several_ends(x : int) : int
--   ^~~~~~~~~~~~ ERROR: `a local task that returns before its end` is not supported yet
  if x > 0 then return 1 end
  return 2
end

__demand(__cuda)
task kernel()
  with_nothing()
--^~~~~~~~~~~~~~ ERROR: calling a local task without a CUDA variant from a CUDA variant
end

__demand(__leaf, __idempotent, __replicable)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task calls the local task `with_nothing`, which is not leaf
--               ^~~~~~~~~~~~ NOTE: `__idempotent` is demanded here, but the task calls the local task `with_nothing`, which is not idempotent
--                             ^~~~~~~~~~~~ NOTE: `__replicable` is demanded here, but the task calls the local task `with_nothing`, which is not replicable
task caller()
  with_nothing()
--^~~~~~~~~~~~~~ ERROR: task is not a valid leaf task
--^~~~~~~~~~~~~~ ERROR: task is not a valid idempotent task
--^~~~~~~~~~~~~~ ERROR: task is not a valid replicable task
end

task main()
  var a = __demand(__inline, ordinary())
--                           ^~~~~~~~~~ ERROR: cannot inline a task that does not demand inlining
  elsewhere()
--^~~~~~~~~~~ ERROR: cannot call a local task that does not have a variant defined
  several_ends(1)
  for i = 0, 2 do
    two_returns(1)
  end
end
