-- The plain Lua around tasks may use all of Lua 5.1; words of the language inside strings and comments mean nothing.
import "regent"

local c = regentlib.c

--[[ task broken( end
fspace nothing {
]]
--[==[ a longer ]] comment: task x() end ]==]

local long = [[
task not_a_task()
  end end end
]]
local level = [=[ ]] ]=]
local escaped = "task \"quoted\" \065\n" .. 'its' .. [[]]

local function count(...)
  local n = select("#", ...)
  return n, ...
end

local object = { value = 1, ["key with spaces"] = 2; [3] = "three", 4 }
function object:add(n)
  self.value = self.value + n
  return self
end
function object.plain(n) return n end

local values = {}
for key, value in pairs({ a = 1, b = 2 }) do values[key] = value end
for i = 10, 1, -3 do values[#values + 1] = i end
local i = 0
repeat
  local done = i >= 3
  i = i + 1
until done
while true do
  i = i - 1
  if i <= 0 then break elseif i > 100 then error("never") else i = i - 0 end
end

assert(count(1, nil, 3) == 3)
assert(object:add(4):add(5).value == 10 and object.plain(2 ^ 3) == 8)
assert(#long == 32 and level == " ]] " and not (1 > 2) and 7 % 4 == 3)
assert(#values == 4 and values[4] == 1 and values.b == 2)
assert(object[1] == 4 and object[3] == "three" and object["key with spaces"] == 2)
assert(type(escaped) == "string" and 0x10 == 16 and 1e2 == 100 and .5 == 1 / 2)
assert((function(...) return ... end)(5) == 5)
assert(pcall(error, "caught") == false)
assert(string.format("%d-%s", 3, "x") == "3-x" and ("abc"):upper() == "ABC")

local nested = function()
  return function()
    local task five() : int return 5 end
    return five
  end
end
local five = nested()();

task main()
  -- Semicolons and line ends are free.
  var a = 1; var b = 2;
  var
    d
    =
    a + b
  regentlib.assert(d == 3, "line ends") regentlib.assert(five() == 5, "task from nested functions")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
