-- Partitions of every form in four and five dimensions, between spaces of different dimensions, and sparse spaces.
import "regent"

local c = regentlib.c

struct cell {
  color : int4d,
  number : int1d,
  next : int5d,
  reach : rect5d,
  count : int,
}

task add4(r : region(ispace(int4d), cell), n : int)
where reads writes(r.count) do
  for p in r do r[p].count += n end
end
task add5(r : region(ispace(int5d), int), n : int)
where reads writes(r) do
  for p in r do r[p] += n end
end
task mark(r : region(ispace(int5d), int), n : int)
where reduces+(r) do
  for p in r do r[p] += n end
end

task setup(r : region(ispace(int4d), cell))
where writes(r) do
  for p in r do
    r[p].color = int4d { p.x % 2, p.y % 2, 0, p.w % 2 }
    r[p].number = int1d(p.x + p.w)
    r[p].next = int5d { p.x, p.y, p.z, p.w, p.x % 2 }
    r[p].reach = rect5d { int5d { p.x, p.y, p.z, p.w, 0 }, int5d { p.x, p.y, p.z, p.w, 1 } }
    r[p].count = 0
  end
end

task main()
  var r = region(ispace(int4d, { 4, 3, 2, 2 }), cell)
  var s = region(ispace(int5d, { 4, 3, 2, 2, 2 }), int)
  setup(r)
  fill(s, 0)

  -- By field: colours of four dimensions and of one.
  var colors = ispace(int4d, { 2, 2, 1, 2 })
  var by_color = partition(complete, r.color, colors)
  regentlib.assert(by_color[int4d { 0, 0, 0, 0 }].volume == 2 * 2 * 2 * 1, "every second point")
  regentlib.assert(by_color[int4d { 1, 1, 0, 1 }].volume == 2 * 1 * 2 * 1, "every second point")
  for p in by_color[int4d { 1, 1, 0, 1 }].ispace do
    regentlib.assert(p.x % 2 == 1 and p.y == 1 and p.w == 1, "iteration of a sparse space")
  end
  __demand(__index_launch)
  for k in colors do add4(by_color[k], 1 + k.x + 10 * k.w) end
  for p in r do regentlib.assert(r[p].count == 1 + p.x % 2 + 10 * (p.w % 2), "by field") end
  var by_number = partition(r.number, ispace(int1d, 5))
  var volume : uint64 = 0
  for k in by_number.colors do volume += by_number[k].volume end
  regentlib.assert(volume == 48 and by_number[0].volume == 6 and by_number[1].volume == 12, "by number")

  -- Images and preimages.
  var ends = image(s, by_number, r.next)
  add5(ends[1], 5)
  var n = 0
  for p in s do
    var expected = 0
    if p.x + p.w == 1 and p.v == p.x % 2 then expected = 5 end
    regentlib.assert(s[p] == expected, "image")
    n += s[p]
  end
  regentlib.assert(n == 60, "image")
  var reached = image(s, by_number, r.reach)
  regentlib.assert(reached[1].volume == 24, "image of rects")
  var halves = partition(equal, s, ispace(int5d, { 1, 1, 1, 1, 2 }))
  var from = preimage(r, halves, r.next)
  regentlib.assert(from[int5d { 0, 0, 0, 0, 1 }].volume == 24, "preimage")
  for p in from[int5d { 0, 0, 0, 0, 1 }].ispace do regentlib.assert(p.x % 2 == 1, "preimage") end
  var touch = preimage(r, halves, r.reach)
  regentlib.assert(touch[int5d { 0, 0, 0, 0, 0 }].volume == 48, "preimage of rects")

  -- Restriction: from two dimensions to five, and from five to five.
  fill(s, 0)
  var t : transform(5, 2)
  for i = 0, 5 do
    for j = 0, 2 do t[{ i, j }] = 0 end
  end
  t[{ 0, 0 }] = 2
  t[{ 4, 1 }] = 1
  var tiles = ispace(int2d, { 2, 2 })
  var blocks = restrict(disjoint, complete, s, t, rect5d { { 0, 0, 0, 0, 0 }, { 1, 2, 1, 1, 0 } }, tiles)
  for tile in tiles do mark(blocks[tile], 1 + tile.x + 10 * tile.y) end
  for p in s do regentlib.assert(s[p] == 1 + p.x / 2 + 10 * p.v, "restriction") end
  var u : transform(5, 5)
  for i = 0, 5 do
    for j = 0, 5 do u[{ i, j }] = 0 end
    u[{ i, i }] = 1
  end
  var all = ispace(int5d, { 4, 3, 2, 2, 2 })
  var single = restrict(disjoint, complete, s, u, rect5d { { 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0 } }, all)
  regentlib.assert(single[int5d { 3, 2, 1, 1, 1 }].bounds.lo == int5d { 3, 2, 1, 1, 1 }, "points")
  fill(s, 0)
  __demand(__index_launch)
  for p in all do mark(single[p], p.x + 4 * p.y) end
  for p in s do regentlib.assert(s[p] == p.x + 4 * p.y, "points") end

  -- Set operations, and operations on index spaces.
  var both = by_color | by_color
  regentlib.assert(both[int4d { 0, 0, 0, 0 }].volume == 8, "union")
  var rest = by_color - by_color
  regentlib.assert(rest[int4d { 0, 0, 0, 0 }].volume == 0, "difference")
  var common = by_color & by_color
  regentlib.assert(common[int4d { 1, 0, 0, 1 }].volume == 8, "intersection")
  var a, b = ispace(int6d, { 2, 2, 2, 2, 2, 2 }), ispace(int6d, { 2, 2, 2, 2, 2, 2 }, { 1, 0, 0, 0, 0, 1 })
  var united = a | b
  regentlib.assert(united.volume == 112 and (a & b).volume == 16, "index spaces")
  var inside = 0
  for p in united do
    regentlib.assert(p.x < 2 and p.u < 2 or p.x > 0 and p.u > 0, "union")
    inside += 1
  end
  regentlib.assert(inside == 112, "union")

  -- By a coloring.
  var coloring = c.legion_domain_point_coloring_create()
  for k = 0, 2 do
    var lo, hi = int4d { 2 * k, 0, 0, 0 }, int4d { 2 * k + 1, 2, 1, 1 }
    c.legion_domain_point_coloring_color_domain(coloring, int4d { k, 0, 0, 3 }, rect4d { lo, hi })
  end
  var colored = partition(disjoint, r, coloring, ispace(int4d, { 2, 1, 1, 1 }, { 0, 0, 0, 3 }))
  c.legion_domain_point_coloring_destroy(coloring)
  regentlib.assert(colored[int4d { 1, 0, 0, 3 }].bounds.lo == int4d { 2, 0, 0, 0 }, "coloring")
  regentlib.assert(colored[int4d { 1, 0, 0, 3 }].volume == 24, "coloring")

  -- Partitions of parts.
  var crossed = cross_product(colored, by_color)
  var part = crossed[int4d { 1, 0, 0, 3 }][int4d { 1, 0, 0, 0 }]
  regentlib.assert(part.volume == 4, "cross product")
  for p in part.ispace do regentlib.assert(p.x == 3 and p.y % 2 == 0 and p.w == 0, "cross product") end
  c.printf("partitioned\n")
end
regentlib.start(main)

--[==[ OUTPUT
partitioned
]==]
