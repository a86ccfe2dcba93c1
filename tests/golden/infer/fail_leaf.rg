-- RUN: check
import "regent"

task other() : int return 1 end

__demand(__leaf)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task calls task `other`
task calls() : int
  return other()
--       ^~~~~~~ ERROR: task is not a valid leaf task
end

__demand(__leaf)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task creates an ispace
task creates()
  var r = region(ispace(int1d, 10), int)
--               ^~~~~~~~~~~~~~~~~ ERROR: task is not a valid leaf task
end

__demand(__leaf)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task contains a fence
task fences()
  __fence(__execution)
--^~~~~~~~~~~~~~~~~~~~ ERROR: task is not a valid leaf task
end

__demand(__leaf)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task contains a fill
task fills(r : region(ispace(int1d), int))
where writes(r) do
  fill(r, 0)
--^~~~~~~~~~ ERROR: task is not a valid leaf task
end
