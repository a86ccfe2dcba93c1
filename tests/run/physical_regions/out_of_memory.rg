-- Accessing a region that is larger than the memory allowed is an error that says so.
--
-- ARGS: -ll:csize 32
-- EXIT: failure
-- SKIP: memory_16: the program sets its own limit
import "regent"

local c = regentlib.c

task main()
  var r = region(ispace(int1d, 100000000), int)
  r[0] = 123
  c.printf("not reached\n")
end

regentlib.start(main)

--[==[ STDERR
out_of_memory.rg:12: out of memory: task `main` cannot map its elements of region `r` (created at out_of_memory.rg:11)
  asked: 400000000 bytes; free: 33554432; largest free block: 33554432; limit: 33554432 (set with -ll:csize, in MiB)
]==]
