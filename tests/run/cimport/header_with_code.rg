-- Functions and variables that a header of the program defines; it is imported twice and called while compiling.
import "regent"

local first = terralib.includec("with_code.h")
local second = terralib.includec("with_code.h")

assert(first.count() >= 1)

task main()
  second.count()
  var p = second.swapped(first.swapped([first.pair] { left = 1, right = 2 }))
  regentlib.assert(p.left == 1 and p.right == 2, "swapped twice")
  regentlib.c.printf("%d %d %d\n", first.count(), second.table[1][2], first.counted)
end
regentlib.start(main)

--[==[ OUTPUT
2 6 2
]==]
