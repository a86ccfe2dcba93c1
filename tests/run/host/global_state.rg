-- Functions that run while compiling and Lua's `get` and `set` share the memory of terra's globals, with which the
-- program then starts.
import "regent"
local c = regentlib.c

struct cell { id : int, weight : double, counts : int[3] }

local n = terralib.global(int, 3, "n")
terra add(k : int) n = n + k return n end
terra read() return n end
assert(add(10) == 13)
assert(n:get() == 13 and read() == 13)
n:set(100)
assert(read() == 100 and add(1) == 101 and n:get() == 101)

-- What only Lua sets, what only code writes, and what has no value of its own.
local half = terralib.global(double)
half:set(0.5)
terra read_half() return half end
assert(half:get() == 0.5 and read_half() == 0.5)
local flag = terralib.global(bool, false)
terra raise() flag = true end
raise()
assert(flag:get() == true)

local whole = terralib.global(cell)
terra fill_cell()
  whole.id = 7
  whole.weight = 2.5
  whole.counts[2] = 9
end
fill_cell()
assert(whole:get().id == 7 and whole:get().counts[2] == 9)
whole:get().counts[1] = 4
terra sum_of_cell() return whole.id + whole.counts[1] + whole.counts[2] end
assert(sum_of_cell() == 20)

local untouched = terralib.global(int[2], `array(5, 6))
assert(untouched:get()[1] == 6)
local text = terralib.global(rawstring, "first")
terra first_letter() return text[0] end
assert(first_letter() == 102)
text:set("second")
assert(first_letter() == 115)

-- A pointer to memory of the compiler is one of its own only as long as it is null.
local list = terralib.global(&cell)
assert(list:get() == nil)

-- The memory itself.
n:getpointer()[0] = 55
assert(read() == 55)

-- Before anything is compiled, the first value may be another.
local late = terralib.global(int, 1)
late:setinitializer(8)
assert(late:get() == 8)
assert(not pcall(function() late:setinitializer(9) end))

task work() return n + 1 end

task main()
  c.printf("%d %g %d\n", n, half, flag)
  c.printf("%d %g %d %d %d\n", whole.id, whole.weight, whole.counts[0], whole.counts[1], whole.counts[2])
  c.printf("%d %s %d %d\n", untouched[0], text, list == nil, work())
end
regentlib.start(main)

--[==[ OUTPUT
55 0.5 1
7 2.5 0 4 9
5 second 1 56
]==]
