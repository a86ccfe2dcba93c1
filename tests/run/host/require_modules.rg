-- `require` finds Lua and Regent modules beside the program, where package.terrapath says, and the compiler's own.
import "regent"

local c = regentlib.c
local counting = require("modules/counting")
local triple = require("modules/triple")
assert(require("modules/triple") == triple, "a module is loaded once")

assert(not pcall(require, "quadruple"))
package.terrapath = package.terrapath .. ";" .. (arg[0]:match(".*/") or "./") .. "modules/elsewhere/?.rg"
local quadruple = require("quadruple")

assert(require("regent/std") == regentlib)
assert(require("regent/gpu/helper").check_gpu_available() == regentlib.check_gpu_available())
assert(type(regentlib.config["bounds-checks"]) == "boolean" and regentlib.config["jobs"] == "1")

local eight = counting.twice(4)

task main()
  regentlib.assert(triple.triple(5) == 15, "a task of a module")
  regentlib.assert(triple.six() == 6, "a task that uses a module")
  regentlib.assert(eight == 8, "a Lua module")
  regentlib.assert(quadruple.of(3) == 12, "a module elsewhere")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
