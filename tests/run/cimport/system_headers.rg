-- Headers of the C library, each asked for by itself.
import "regent"

local c = regentlib.c
local math = terralib.includec("math.h")
local limits = terralib.includec("limits.h")
local ctype = terralib.includec("ctype.h")
local cstdlib = terralib.includec("stdlib.h")

task main()
  regentlib.assert(math.sqrt(16.0) == 4.0, "sqrt")
  regentlib.assert(math.floor(-1.5) == -2.0, "floor")
  regentlib.assert(math.pow(2, 10) == 1024, "integers become doubles")
  regentlib.assert(limits.INT_MAX == 2147483647, "INT_MAX")
  regentlib.assert(ctype.toupper(97) == 65, "toupper")
  var d = cstdlib.div(17, 5)
  regentlib.assert(d.quot == 3 and d.rem == 2, "a struct of the C library")
  regentlib.assert(c.abs(-3) == 3, "regentlib.c")
  regentlib.assert(c.strlen("four") == 4, "a string")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
