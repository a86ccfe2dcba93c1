-- Partitions by the C interface's colorings: disjoint and aliased, with holes, of every kind of coloring.
import "regent"

local c = regentlib.c

task add(r : region(int), n : int)
where reads writes(r) do
  for x in r do @x += n end
end

task opaque()
  var r = region(ispace(ptr, 8), int)
  fill(r, 0)
  var coloring = c.legion_coloring_create()
  c.legion_coloring_ensure_color(coloring, 3)
  for i = 0, 8 do
    c.legion_coloring_add_point(coloring, i % 3, __raw(dynamic_cast(ptr(int, r), i)))
  end
  var p = partition(disjoint, r, coloring)
  c.legion_coloring_destroy(coloring)
  for color in p.colors do add(p[color], 10 + int(color)) end
  for i = 0, 8 do regentlib.assert(r[i] == 10 + i % 3, "every third point") end
  regentlib.assert(p[0].ispace.volume == 3 and p[2].ispace.volume == 2, "volumes")
  regentlib.assert(p.colors.volume == 4 and p[3].ispace.volume == 0, "a color without points")
end

task aliased_points()
  var r = region(ispace(ptr, 6), int)
  fill(r, 0)
  var coloring = c.legion_coloring_create()
  for i = 0, 5 do
    c.legion_coloring_add_point(coloring, i, __raw(dynamic_cast(ptr(int, r), i)))
    c.legion_coloring_add_point(coloring, i, __raw(dynamic_cast(ptr(int, r), i + 1)))
  end
  var p = partition(aliased, r, coloring)
  c.legion_coloring_destroy(coloring)
  for i = 0, 5 do
    add(p[i], 1)
    add(p[i], i)
  end
  regentlib.assert(r[0] == 1 and r[1] == 3 and r[2] == 5 and r[5] == 5, "neighbours overlap")
end

task ranges()
  var r = region(ispace(ptr, 20), int)
  fill(r, 0)
  var coloring = c.legion_point_coloring_create()
  var first = dynamic_cast(ptr(int, r), 2)
  var last = dynamic_cast(ptr(int, r), 5)
  var other = dynamic_cast(ptr(int, r), 17)
  c.legion_point_coloring_add_range(coloring, int2d { 1, 0 }, __raw(first), __raw(last))
  c.legion_point_coloring_add_point(coloring, int2d { 1, 0 }, __raw(other))
  c.legion_point_coloring_add_point(coloring, int2d { 0, 1 }, __raw(first))
  var p = partition(aliased, r, coloring, ispace(int2d, { 2, 2 }))
  c.legion_point_coloring_destroy(coloring)
  add(p[{ 1, 0 }], 5)
  add(p[{ 0, 1 }], 2)
  add(p[{ 1, 1 }], 100)
  regentlib.assert(r[1] == 0 and r[2] == 7 and r[5] == 5 and r[6] == 0 and r[17] == 5, "two-dimensional colors")
end

task halo(grid : region(ispace(int2d), int), tiles : ispace(int2d), radius : int)
where reads writes(grid) do
  var coloring = c.legion_domain_point_coloring_create()
  for tile in tiles do
    var lo = int2d { 4 * tile.x - radius, 4 * tile.y - radius }
    var hi = int2d { 4 * tile.x + 3 + radius, 4 * tile.y + 3 + radius }
    c.legion_domain_point_coloring_color_domain(coloring, tile, rect2d { lo, hi })
  end
  var p = partition(aliased, grid, coloring, tiles)
  c.legion_domain_point_coloring_destroy(coloring)
  for tile in tiles do
    for e in p[tile] do grid[e] += 1 end
  end
  regentlib.assert(p[{ 0, 0 }].bounds.lo == int2d { 0, 0 }, "cut at the region's edge")
end

task tiles_with_halos()
  var grid = region(ispace(int2d, { 8, 8 }), int)
  fill(grid, 0)
  var tiles = ispace(int2d, { 2, 2 })
  halo(grid, tiles, 1)
  var sum = 0
  for e in grid do sum += grid[e] end
  regentlib.assert(sum == 100 and grid[{ 3, 3 }] == 4 and grid[{ 0, 3 }] == 2 and grid[{ 0, 0 }] == 1, "halos")
end

task several_rects()
  var line = region(ispace(int1d, 12), int)
  fill(line, 0)
  var coloring = c.legion_multi_domain_point_coloring_create()
  c.legion_multi_domain_point_coloring_color_domain(coloring, int1d(0), rect1d { 0, 2 })
  c.legion_multi_domain_point_coloring_color_domain(coloring, int1d(0), rect1d { 6, 8 })
  c.legion_multi_domain_point_coloring_color_domain(coloring, int1d(1), rect1d { 3, 4 })
  var p = partition(disjoint, line, coloring, ispace(int1d, 2))
  c.legion_multi_domain_point_coloring_destroy(coloring)
  for i in p[0] do line[i] = 1 end
  regentlib.assert(p[0].ispace.volume == 6, "two rects")
  regentlib.assert(line[2] == 1 and line[3] == 0 and line[5] == 0 and line[6] == 1 and line[9] == 0, "a hole between")
end

task main()
  opaque()
  aliased_points()
  ranges()
  tiles_with_halos()
  several_rects()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
