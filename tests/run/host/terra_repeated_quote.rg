-- Terra code may splice one quote several times in a block: each time its variables are declared again.
import "regent"

local function times(n, block)
  local result = block
  for _ = 2, n do
    result = quote [result] block end
  end
  return result
end

local terra tripled(x : int) : int
  var sum = 0;
  [times(3, quote
    var part = x
    sum = sum + part
  end)]
  return sum
end

task main()
  regentlib.c.printf("%d\n", tripled(14))
end

regentlib.start(main)

--[==[ OUTPUT
42
]==]
