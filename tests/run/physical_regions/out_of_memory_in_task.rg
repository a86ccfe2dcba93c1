-- The region of a task is mapped before the task starts: the memory is missing there.
--
-- ARGS: -ll:csize 32
-- EXIT: failure
-- SKIP: memory_16: the program sets its own limit
import "regent"

local c = regentlib.c

fspace cell { small : int8, large : double }

task touch(cells : region(ispace(int1d), cell)) : int
where reads writes(cells.large) do
  cells[0].large = 1.0
  return 1
end

__demand(__inner)
task main()
  var r = region(ispace(int1d, 50000000), cell)
  touch(r)
end

regentlib.start(main)

--[==[ STDERR
out_of_memory_in_task.rg:12: out of memory: task `touch` cannot map `large` of region `r` (created at out_of_memory_in_task.rg:20)
  asked: 400000000 bytes; free: 33554432; largest free block: 33554432; limit: 33554432 (set with -ll:csize, in MiB)
]==]
