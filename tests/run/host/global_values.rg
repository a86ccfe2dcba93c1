-- Values of terra's globals, read and set while compiling.
import "regent"

local h = global(double, 0.5)
local h2 = global(double, h:get() * h:get())
local third = global(float, 1.0 / 2)
assert(third:get() * 2 == 1)
local count = global(int, 3)
local from_quote = global(int64, `int64(7) * 6)
count:set(count:get() + 1)
assert(h2:get() == 0.25 and count:get() == 4 and from_quote:get() == 42)
local nothing = global(int)
assert(nothing:get() == 0)

task main()
  regentlib.c.printf("%g %d\n", h2, count)
end
regentlib.start(main)

--[==[ OUTPUT
0.25 4
]==]
