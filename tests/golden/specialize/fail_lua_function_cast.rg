-- RUN: check
-- A Lua function becomes a terra function of the type that it is cast to.
import "regent"

local function identity(x) return x end
local f = terralib.cast({int} -> int, identity)
-- 1-47 NOTE: `lua_function_1` is declared here

task main()
  var x : int = f(1, 2)
--              ^~~~~~~ ERROR: no applicable overloaded function lua_function_1 for arguments int32, int32
end

terralib.cast(&int, identity)
-- 1-29 ERROR: a Lua function can be cast to a type of functions only, not to &int32
