-- Partitions by restriction, and transforms.
import "regent"

local c = regentlib.c

task count(r : region(ispace(int2d), int)) : int
  var n = 0
  for e in r do n += 1 end
  return n
end

task main()
  var grid = region(ispace(int2d, { 6, 4 }), int)
  var tiles = ispace(int2d, { 3, 2 })
  var t : transform(2, 2)
  t[{ 0, 0 }] = 2
  t[{ 0, 1 }] = 0
  t[{ 1, 0 }] = 0
  t[{ 1, 1 }] = 2
  var blocks = restrict(disjoint, complete, grid, t, rect2d { { 0, 0 }, { 1, 1 } }, tiles)
  for tile in tiles do
    for e in blocks[tile] do grid[e] = 10 * tile.x + tile.y end
  end
  regentlib.assert(grid[{ 1, 1 }] == 0 and grid[{ 2, 1 }] == 10 and grid[{ 5, 3 }] == 21, "tiles")

  -- The same with a margin: cut at the region's edge, and overlapping.
  var margins = restrict(grid, t, rect2d { { -1, -1 }, { 2, 2 } }, tiles)
  regentlib.assert(count(margins[{ 0, 0 }]) == 9 and count(margins[{ 1, 0 }]) == 12, "margins")

  -- Rows: from one dimension to two.
  var rows : transform(2, 1)
  rows[{ 0, 0 }] = 0
  rows[{ 1, 0 }] = 1
  var colors = ispace(int1d, 4)
  var p = restrict(grid, rows, rect2d { { 0, 0 }, { 5, 0 } }, colors)
  var q = dynamic_cast(partition(disjoint, grid, colors), p)
  for i = 0, 4 do
    for e in q[i] do grid[e] = i end
  end
  regentlib.assert(grid[{ 5, 3 }] == 3 and grid[{ 0, 1 }] == 1, "rows")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
