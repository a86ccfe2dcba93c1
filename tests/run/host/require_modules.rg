-- `require` finds Lua and Regent modules beside the program.
import "regent"

local c = regentlib.c
local counting = require("modules/counting")
local triple = require("modules/triple")
assert(require("modules/triple") == triple, "a module is loaded once")

local eight = counting.twice(4)

task main()
  regentlib.assert(triple.triple(5) == 15, "a task of a module")
  regentlib.assert(triple.six() == 6, "a task that uses a module")
  regentlib.assert(eight == 8, "a Lua module")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
