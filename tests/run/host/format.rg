-- Formatted output: every type that can be printed, widths, precisions and styles.
import "regent"

local format = require("std/format")
local c = terralib.includec("string.h")

local text = "a constant of Lua"

task main()
  format.println("nothing to fill in, 100% {literal}")
  format.println("{} {} {} {}", int8(-1), int16(-2), 3, int64(1) << 40)
  format.println("{} {} {} {}", uint8(255), uint16(2), 3U, not 0ULL)
  format.println("[{5}] [{05}] [{x}] [{4x}]", 42, 42, 255, uint64(255))
  format.println("{} {.2} {8.3} {.1e} {}", 1.5, 1.5, 2.0 / 3.0, 12345.0, 2.5f)
  format.println("{} {} {7}|", text, true, 1 > 2)
  var name : regentlib.string = "a string"
  format.println("{}", name)
  var i : int1d = 7
  var p : int2d = { 3, 4 }
  var q = rect3d { { 0, 0, 0 }, { 1, 2, 3 } }
  format.println("{} {} {} {02}", i, p, q, p)
  format.println("{} {.1}", complex { 1, -2.5 }, complex32 { 0.5, 1 })
  var is = ispace(int2d, { 1, 1 })
  for point in is do format.println("{}", point) end
  format.print("no new line, ")
  format.print("{}\n", 1 + 2)
  var buffer : int8[16]
  var length = format.snprint(buffer, 16, "{}-{}", 12, "ab")
  regentlib.assert(length == 5 and c.strcmp(buffer, "12-ab") == 0, "snprint")
end
regentlib.start(main)

--[==[ OUTPUT
nothing to fill in, 100% {literal}
-1 -2 3 1099511627776
255 2 3 18446744073709551615
[   42] [00042] [ff] [  ff]
1.500000 1.50    0.667 1.2e+04 2.500000
a constant of Lua true   false|
a string
7 {x=3, y=4} {lo={x=0, y=0, z=0}, hi={x=1, y=2, z=3}} {x=03, y=04}
1.000000 + -2.500000j 0.5 + 1.0j
{x=0, y=0}
no new line, 3
]==]
