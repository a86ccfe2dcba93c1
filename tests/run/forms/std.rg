-- Section 8: std/format and std/timing.
import "regent"
local c = regentlib.c
local format = require("std/format")
local timing = require("std/timing")
local T = int64
fspace E { v : int }
task main()
  format.println("{} {} {} {}", 1, 2LL, 3U, 4ULL)
  format.println("{5}|{05}|{8.3}|{.2}|{e}|{x}|{.3e}", 42, 42, 3.14159, 2.71828, 12345.678, 255, 1.5)
  format.println("{} {} {}", true, "str", 2.5f)
  var s : regentlib.string = "rs"
  format.println("{} % {{}} { } {}", s, int2d{1,2}, rect1d{3,4})
  format.print("a{}b\n", int8(3))
  var buf : int8[40]
  var n = format.snprint([rawstring](buf), 40, "{} {}", 1, 2.5)
  regentlib.assert(n == 10, "snprint")
  format.snprintln([rawstring](buf), 40, "{}", 1)
  var r = region(ispace(int2d, {1, 1}), E)
  for p in r do format.println("{} {3}", p, p) end
  format.println("{} {5.1}", complex{1, 2}, complex32{1, 2})
  var t0, t1 = timing.get_current_time_in_microseconds(), timing.get_current_time_in_nanoseconds()
  regentlib.assert(t0 > 0 and t1 > 0, "")
  c.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
1 2 3 4
   42|00042|   3.142|2.72|1.234568e+04|ff|1.500e+00
true str 2.500000
rs % {{x=1, y=2}} { } {lo=3, hi=4}
a3b
{x=0, y=0} {x=  0, y=  0}
1.000000 + 2.000000j   1.0 +   2.0j
ok
]==]
