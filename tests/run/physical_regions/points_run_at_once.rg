-- The points of an index launch run at the same time.
--
-- SKIP: single_launches: the sum waits for each call
-- SKIP: workers_3: points are put together there, and only a must epoch would keep them apart
-- SKIP: workers_1: one worker cannot run two tasks that spin in C at the same time
import "regent"

local c = regentlib.c
local m = terralib.includec("meet.h", { "-I." })

task point(r : region(ispace(int1d), int), me : int) : int
where writes(r) do
  var met = m.meet(me)
  for i in r do r[i] = met end
  return met
end

task main()
  var r = region(ispace(int1d, 10), int)
  var p = partition(equal, r, ispace(int1d, 2))
  var count = 0
  for i = 0, 2 do
    count += point(p[i], i)
  end
  regentlib.assert(count == 2, "the points did not run at the same time")
  c.printf("all met\n")
end

regentlib.start(main)

--[==[ OUTPUT
all met
]==]
