-- A sum of results does not wait for the first one: the tasks wait for each other.
--
-- SKIP: no_futures: each result is waited for at its place
-- SKIP: workers_1: one worker cannot run two tasks that spin in C at the same time
import "regent"

local c = regentlib.c
local m = terralib.includec("meet.h", { "-I." })

__demand(__inner)
task meet(i : int) : int
  return m.meet(i)
end

task main()
  var met, last = 0, false
  for i = 0, 2 do
    met += meet(i)
    last = met == 2
  end
  regentlib.assert(last, "the second task began after the first one was done")
  c.printf("both met\n")
end

regentlib.start(main)

--[==[ OUTPUT
both met
]==]
