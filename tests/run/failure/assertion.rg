-- A failed assertion ends the program; what was printed before is not lost.
--
-- EXIT: failure
import "regent"

local c = regentlib.c

task main()
  c.printf("before\n")
  var x = 1
  regentlib.assert(x == 2, "x must be two")
  c.printf("after\n")
end

regentlib.start(main)

--[==[ OUTPUT
before
]==]

--[==[ STDERR
assertion failed: x must be two
  at assertion.rg:11
]==]
