-- SKIP: single_launches: without index launches nothing computes their colors
-- Index launches whose colors are computed alike share what computes them, whatever partition they color.
import "regent"

local c = regentlib.c

task see(r : region(ispace(int1d), int), i : int1d)
where reads(r) do
  for x in r do regentlib.assert(x == (i + 1) % 4, "the piece") end
end

task main()
  var r = region(ispace(int1d, 4), int)
  var s = region(ispace(int1d, 4), int)
  fill(r, 0)
  fill(s, 0)
  var colors = ispace(int1d, 4)
  var p, q = partition(equal, r, colors), partition(equal, s, colors)
  var n, k = 4, 1
  for i in colors do see(p[(i + 1) % 4], i) end
  for i in colors do see(q[(i + 1) % 4], i) end
  for i in colors do see(p[(i + 1) % n], i) end
  for j in colors do see(q[(j + k) % n], j) end
  c.printf("launched\n")
end
regentlib.start(main)
-- By a constant; by one captured variable; by two.
assert(regentlib.count_projection_functors() == 3)

--[==[ OUTPUT
launched
]==]
