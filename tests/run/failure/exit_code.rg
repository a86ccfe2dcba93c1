-- The program's own exit code is that of the command.
--
-- EXIT: 7
import "regent"

local c = regentlib.c

task main()
  c.printf("leaving\n")
  c.exit(7)
end

regentlib.start(main)

--[==[ OUTPUT
leaving
]==]
