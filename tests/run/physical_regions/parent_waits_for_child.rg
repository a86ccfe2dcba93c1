-- A parent that accesses a region after a sub-task wrote it blocks until the data is there.
import "regent"

local c = regentlib.c
local m = terralib.includec("meet.h", { "-I." })

task some_task(r : region(ispace(int1d), int))
where writes(r) do
  m.wait_ms(30)
  for i in r do r[i] = 100 + int(i) end
end

task main()
  var r = region(ispace(int1d, 4), int)
  some_task(r)
  for i in r do
    c.printf("r[%d] = %d\n", int(i), r[i])
  end
end

regentlib.start(main)

--[==[ OUTPUT
r[0] = 100
r[1] = 101
r[2] = 102
r[3] = 103
]==]
