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
