-- A fill where a value is expected: it has none, and happens in its turn.
import "regent"

local function zero(r) return rexpr fill(r, 0) end end

task main()
  var r = region(ispace(int1d, 3), int)
  var nothing = fill(r, 4)
  regentlib.assert(r[1] == 4, "filled")
  var one, another = fill(r, 5), r[2]
  regentlib.assert(another == 5, "in order");
  [zero(r)]
  regentlib.assert(r[0] == 0, "a quote")
  regentlib.c.printf("ok\n")
end

regentlib.start(main)

--[==[ OUTPUT
ok
]==]
