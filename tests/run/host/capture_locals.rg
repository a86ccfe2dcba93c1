-- A task takes the Lua locals that it names by value, as they are when the task is defined.
import "regent"

local c = regentlib.c

local factor = 3
local task scaled(x : int) : int
  return factor * x
end
factor = 1000

-- Each turn of a Lua loop has its own local.
local adders = {}
for i = 1, 3 do
  local task add(x : int) : int
    return x + i
  end
  adders[i] = add
end
local add1, add2, add3 = adders[1], adders[2], adders[3]

-- Fields of tables are read when the task is defined, too.
local settings = { size = { width = 7 }, name = "seven", ratio = 0.5, on = true }
task from_table() : int
  return settings.size.width
end
settings.size.width = 8

-- A name in an inner block hides the outer one.
local x = 1
local inner_task
do
  local x = 2
  task inner_task() : int
    return x
  end
end

-- A Regent variable hides a Lua variable.
local y = 10
task hides() : int
  var y = 20
  return y
end

-- An upvalue of a Lua function.
local function make(n)
  local function deeper()
    local task give() : int
      return n
    end
    return give
  end
  return deeper()
end
local give5 = make(5)

-- Globals are visible as well.
global_number = 77
task from_global() : int
  return global_number
end

task main()
  regentlib.assert(scaled(2) == 6, "the value at the definition counts")
  regentlib.assert(add1(10) == 11, "first turn")
  regentlib.assert(add2(10) == 12, "second turn")
  regentlib.assert(add3(10) == 13, "third turn")
  regentlib.assert(from_table() == 7, "field of a table")
  regentlib.assert(inner_task() == 2, "inner block")
  regentlib.assert(hides() == 20, "Regent variable")
  regentlib.assert(give5() == 5, "upvalue")
  regentlib.assert(from_global() == 77, "global")
  regentlib.assert(settings.ratio == 0.5, "a number that is no integer")
  regentlib.assert(settings.on, "a boolean")
  c.printf("%s\n", settings.name)
end

regentlib.start(main)

--[==[ OUTPUT
seven
]==]
