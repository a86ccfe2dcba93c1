-- Two tasks that touch different regions run at the same time when their parent is inner: each waits for the other.
--
-- SKIP: no_futures: the first result is waited for before the second call
-- SKIP: workers_1: one worker cannot run two tasks that spin in C at the same time
import "regent"

local c = regentlib.c
local m = terralib.includec("meet.h", { "-I." })

task some_task(r : region(ispace(int1d), int)) : int
where writes(r) do
  var met = m.meet(0)
  r[0] = met
  return met
end

task other_task(r : region(ispace(int1d), int)) : int
where writes(r) do
  var met = m.meet(1)
  r[0] = met
  return met
end

__demand(__inner)
task main()
  var r = region(ispace(int1d, 10), int)
  var some = region(ispace(int1d, 10), int)
  var other = region(ispace(int1d, 10), int)
  var a = some_task(some)
  var b = other_task(other)
  regentlib.assert(a == 1 and b == 1, "the tasks did not run at the same time")
  c.printf("both met\n")
end

regentlib.start(main)

--[==[ OUTPUT
both met
]==]
