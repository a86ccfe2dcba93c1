-- `rexpr` and `rquote` are pieces of programs that Lua puts together; symbols name variables across them.
import "regent"

local c = regentlib.c

local function power(base, n)
  local result = rexpr 1 end
  for _ = 1, n do
    result = rexpr [result] * [base] end
  end
  return result
end

local counter = regentlib.newsymbol(int, "counter")
local function bump(n)
  return rquote [counter] += n end
end

task main()
  var x = 3
  regentlib.assert([power(rexpr x end, 4)] == 81, "a power from a Lua loop");

  [rquote var [counter] = 0 end];
  [terralib.newlist({ bump(1), bump(10), bump(100) })];
  regentlib.assert([counter] == 111, "a list of statements");

  -- Each splice of a quote has its own variables.
  [rquote var hidden = 5; x += hidden end];
  [rquote var hidden = 7; x += hidden end];
  regentlib.assert(x == 15, "variables of quotes")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
