-- Reaching the end of a task that has to return something is an error at run time.
--
-- EXIT: failure
import "regent"

local c = regentlib.c

task sometimes(x : int) : int
  if x > 0 then
    return x
  end
end

task main()
  regentlib.assert(sometimes(1) == 1, "returned")
  c.printf("one\n")
  sometimes(0)
  __fence(__execution, __block)
  c.printf("not reached\n")
end

regentlib.start(main)

--[==[ OUTPUT
one
]==]

--[==[ STDERR
missing_return.rg:8: missing return statement in task that is expected to return int32
]==]
