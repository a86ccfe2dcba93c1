-- RUN: check
import "regent"

local f = terralib.overloadedfunction("f", { terra(x : int) return x end, terra(x : rawstring) return 1 end })

task main()
  f(true)
--^~~~~~~ ERROR: no applicable overloaded function f for arguments bool
  f()
--^~~ ERROR: no applicable overloaded function f for arguments
end
