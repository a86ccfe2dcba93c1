-- Copies between regions, of fields, of sparse pieces, and with reductions.
import "regent"

local c = regentlib.c

fspace cell {
  a : int,
  b : double,
}

task set(r : region(ispace(int1d), cell), n : int)
where writes(r) do
  for i in r do
    r[i].a = n + int(i)
    r[i].b = 0.5
  end
end

task main()
  var r = region(ispace(int1d, 10), cell)
  var s = region(ispace(int1d, 10), cell)
  fill(s.{a, b}, 0)
  set(r, 100)
  copy(r, s)
  regentlib.assert(s[9].a == 109 and s[0].b == 0.5, "all fields, after the task that writes them")

  set(r, 0)
  copy(r.a, s.a, +)
  regentlib.assert(s[9].a == 118 and s[9].b == 0.5, "added")
  copy(r.a, s.a, -)
  regentlib.assert(s[9].a == 127, "contributions of - are added")
  copy(r.a, s.a, max)
  regentlib.assert(s[9].a == 127 and s[0].a == 100, "max")

  -- Pieces with holes: every third element.
  var colors = c.legion_multi_domain_point_coloring_create()
  for i = 0, 10 do
    c.legion_multi_domain_point_coloring_color_domain(colors, int1d(i % 3), rect1d { i, i })
  end
  var p = partition(disjoint, r, colors, ispace(int1d, 3))
  var q = partition(disjoint, s, colors, ispace(int1d, 3))
  c.legion_multi_domain_point_coloring_destroy(colors)
  fill(s.a, -1)
  for i = 0, 3, 2 do copy((p[i]).a, (q[i]).a) end
  regentlib.assert(s[0].a == 0 and s[1].a == -1 and s[2].a == 2 and s[3].a == 3, "pieces")

  -- Only the points that both have.
  var small = region(ispace(int1d, 3, 2), cell)
  copy(r.a, small.a)
  regentlib.assert(small[2].a == 2 and small[4].a == 4, "another index space")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
