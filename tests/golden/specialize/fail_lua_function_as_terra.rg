-- RUN: check
import "regent"

local f = terralib.cast({int} -> int, function(x) return x end)

task main()
  var x = f(1)
--        ^ ERROR: `a Lua function as a terra function` is not supported yet
end
