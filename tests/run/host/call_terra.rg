-- Terra and C functions that Lua calls while the program is compiled; constants and globals that they compute.
import "regent"

local format = require("std/format")
local c = terralib.includec("stdlib.h")

struct cell { id : int, weight : double, link : int[3], next : &cell }

terra sum(x : int, y : double) : double
  return x + y
end

terra length(text : rawstring) : int
  var n = 0
  while text[n] ~= 0 do n = n + 1 end
  return n
end

terra double_cell(value : cell) : cell
  value.id = value.id * 2
  value.link[1] = 7
  value.next = nil
  return value
end

terra increment(value : &int) @value = @value + 1 end
terra negate(flag : bool) : bool return not flag end

local pick = terralib.overloadedfunction("pick", {
  terra(x : int) : int return x + 1 end,
  terra(x : int, y : int) : int return x * y end,
})

assert(sum(1, 2.5) == 3.5)
assert(length("hello") == 5)
assert(negate(false) == true)
assert(pick(4) == 5 and pick(4, 5) == 20)
assert(c.abs(-3) == 3 and c.atoi("42") == 42)
local result = double_cell({ id = 3, weight = 4.5 })
assert(result.id == 6 and result.weight == 4.5 and result.link[1] == 7)
local number = terralib.new(int[1], { 41 })
increment(number)
assert(number[0] == 42)
assert(terralib.offsetof(cell, "link") == 16 and terralib.sizeof(cell) == 40)
assert(terralib.typeof(number) == int[1])
assert(sum:gettype() == ({ int, double } -> double).type)

local origin = terralib.constant(`int3d { regentlib.__int3d { 0, 0, 1 } })
local start = terralib.constant(cell, { id = 5, weight = 0.5, link = { 1, 2, 3 } })
local seven = terralib.constant(`sum(3, 4))
local table_of_squares = terralib.new(int[4], { 0, 1, 4, 9 })
local counter = terralib.global(int, 10, "counter")
local first = terralib.global(cell, start)

terra count() : int
  counter = counter + 1
  return counter
end

task main()
  var here = start
  format.println("{} {} {}", here.id, here.weight, here.link[2])
  format.println("{} {} {}", origin, seven, table_of_squares[3])
  format.println("{} {} {}", count(), count(), counter)
  format.println("{}", first.link[0])
end
regentlib.start(main)

--[==[ OUTPUT
5 0.500000 3
{x=0, y=0, z=1} 7.000000 9
11 12 12
1
]==]
