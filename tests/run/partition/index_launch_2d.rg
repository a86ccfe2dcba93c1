-- Index launches over colors of two dimensions.
import "regent"

local c = regentlib.c

task set(r : region(ispace(int2d), int), color : int2d) where writes(r) do
  for e in r do r[e] = 100 * color.x + color.y end
end
task largest(r : region(ispace(int2d), int)) : int where reads(r) do
  var m = 0
  for e in r do m max= r[e] end
  return m
end

task main()
  var grid = region(ispace(int2d, { 9, 7 }), int)
  var p = partition(equal, grid, ispace(int2d, { 3, 2 }))
  __demand(__index_launch)
  for color in p.colors do
    set(p[color], color)
  end
  var m = 0
  __demand(__index_launch)
  for color in p.colors do
    m max= largest(p[color])
  end
  regentlib.assert(m == 201, "largest")
  regentlib.assert(grid[{ 0, 6 }] == 1 and grid[{ 8, 0 }] == 200 and grid[{ 3, 3 }] == 100, "elements")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
