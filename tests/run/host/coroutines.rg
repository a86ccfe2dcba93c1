-- Constructs that coroutines execute.
import "regent"

local plus = regentlib.macro(function(x) return rexpr x + 1 end end)

local function make_tasks()
  for i = 1, 3 do
    local task f(x : int) : int
      return plus([coroutine.wrap(function() return i end)()] * x)
    end
    coroutine.yield(f)
  end
end

local next_task = coroutine.wrap(make_tasks)
local one, two = next_task(), next_task()
collectgarbage()

task main()
  regentlib.assert(one(10) == 11, "the first task")
  regentlib.assert(two(10) == 21, "the second task")
end

regentlib.start(main)
