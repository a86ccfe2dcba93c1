-- Section 3: pointers, regions, field spaces, partitions, lists, projections, barriers.
import "regent"
local c = regentlib.c
fspace E { v : int, x : double }
struct V { x : double, y : double }
fspace G { pos : V, n : int, link : int1d, box : rect1d, arr : int[3], ra : regentlib.array(int, 4) }
fspace nd(r : region(nd(wild))) { next : ptr(nd(wild), r), v : int }
fspace two(a : region(E), b : region(E)) { p : ptr(E, a, b), q : ptr(E, a) }
fspace k(r : region(E)) { s : region(E), x : ptr(E, s) } where s <= r end
task bounded()
  var is = ispace(ptr, 5)
  var r, s = region(is, E), region(ispace(ptr, 5), E)
  fill(r.v, 1) fill(s.v, 2)
  var p = dynamic_cast(ptr(E, r), 2)
  var q = dynamic_cast(ptr(E, r, s), 1)
  regentlib.assert(not isnull(p) and isnull(dynamic_cast(ptr(E, r), 7)), "dynamic_cast")
  p.v = 10
  regentlib.assert((@p).v == 10 and r[p].v == 10 and r[2].v == 10, "deref")
  q.v = 5
  regentlib.assert(r[1].v == 5, "multi picks first")
  var w = static_cast(ptr(E, r, s), p)
  regentlib.assert(w.v == 10, "static_cast")
  var u = unsafe_cast(ptr(E, s), 3)
  u.v += 4
  regentlib.assert(s[3].v == 6, "unsafe")
  var n = null(ptr(E, r))
  regentlib.assert(isnull(n), "null")
  var raw = __raw(p)
  regentlib.assert(raw.value == 2, "raw")
  var pp = &r[2]
  regentlib.assert(pp == p and (&@p) == p, "address")
  var part = partition(equal, r, ispace(int1d, 2))
  for x in part[0] do x.v = 100 end
  regentlib.assert(r[0].v == 100 and r[4].v == 1, "loop")
  var idx : int = p
  regentlib.assert(idx == 2, "to int")
  for x in r do @x = E { 1, 2.0 } end
  regentlib.assert(r[4].x == 2.0, "whole")
  var e = r[3]
  e.v = 99
  regentlib.assert(r[3].v == 1, "copy")
  for i in is do r[i].v += 1 end
  regentlib.assert(r[0].v == 2, "index by ispace var")
end
task structured()
  var r = region(ispace(int2d, {3, 3}), G)
  fill(r.pos, V { 1, 2 }) fill(r.n, 0) fill(r.link, int1d(2)) fill(r.box, rect1d{1, 2}) fill(r.arr, array(1,2,3))
  for p in r do
    p.pos.x = p.x * 10
    r[p].n = p.y
    p.arr[1] = p.x
    p.ra[2] = 7
    p.box.hi = 9
  end
  for i in r.ispace do regentlib.assert(r[i].pos.x == i.x * 10 and r[i].n == i.y and r[i].arr[1] == i.x and r[i].ra[2] == 7 and r[i].box.hi == int1d(9), "") end
  var q = dynamic_cast(int2d(G, r), { 1, 1 })
  regentlib.assert(q.x == 1 and q.pos.x == 10 and (@q).n == 1, "coordinate")
  var qq = q + { 1, 1 }
  regentlib.assert(qq.x == 2, "plain")
  var w = (q + {5, 0}) % r.bounds
  regentlib.assert(w.x == 0, "wrap")
  for p in r do
    var left = (p - {1, 0}) % r.bounds
    r[left].n += 1
    var wr = p % r.bounds
    wr.pos.y = 5
  end
  var t = 0
  for p in r do t += p.n end
  regentlib.assert(t == 9 + 9, "sum")
end
task fsp()
  var a, b = region(ispace(ptr, 3), E), region(ispace(ptr, 3), E)
  fill(a.v, 1) fill(b.v, 2)
  var r = region(ispace(ptr, 2), two(a, b))
  for x in r do
    x.p = dynamic_cast(ptr(E, a, b), 1)
    x.q = dynamic_cast(ptr(E, a), 2)
  end
  for x in r do x.p.v += 3 regentlib.assert(x.q.v >= 1, "") end
  regentlib.assert(a[1].v == 7, "through")
  var part = partition(equal, a, ispace(int1d, 1))
  var sub = part[0]
  var y = dynamic_cast(ptr(E, sub), 0)
  var kk = [k(a)] { s = sub, x = y }
  var {s, x} = kk
  x.v = 42
  regentlib.assert(a[0].v == 42, "unpack")
  for z in s do z.v = 3 end
  regentlib.assert(a[0].v == 3, "")
end
task lists(r : region(ispace(int1d), int)) where reads writes(r) do
  var p = partition(equal, r, ispace(int1d, 3))
  var l = list_range(0, 3)
  regentlib.assert(l[2] == 2, "range")
  var li = list_from_element(l, 7.5)
  regentlib.assert(li[0] == 7.5, "from_element")
  var sub = l[list_range(1, 3)]
  regentlib.assert(sub[0] == 1, "slice")
  var t = 0
  for x in l do t += x end
  regentlib.assert(t == 3, "for in list")
  var is = ispace(int1d, 4)
  var lp = list_ispace(is)
  regentlib.assert(lp[3] == int1d(3), "list_ispace")
  var sl = list_slice_partition(p, l)
  fill((sl[1]), 5)
  var dup = list_duplicate_partition(p, l)
  copy(r, dup)
end
task sets()
  var r = region(ispace(int1d, 12), int)
  for i in r do r[i] = int(i) / 4 end
  var cs = ispace(int1d, 3)
  var p = partition(equal, r, cs)
  var q = partition(equal, r, cs)
  var d = p - q
  var u = p | q
  var i = p & q
  var x = r & p
  var sub = p[1]
  var y = sub & q
  regentlib.assert(d[0].volume == 0 and u[1].volume == 4 and i[2].volume == 4 and x[0].volume == 4 and y[1].volume == 4 and y[0].volume == 0, "sets")
  var i1, i2 = ispace(int1d, 5), ispace(int1d, 5, 3)
  var iu, ii = i1 | i2, i1 & i2
  regentlib.assert(iu.volume == 8 and ii.volume == 2, "ispace sets")
  var cp = cross_product(p, q)
  regentlib.assert(cp[1][1].volume == 4 and cp[0][1].volume == 0, "cp")
  var n = 0
  for k in cp.colors do n += 1 end
  regentlib.assert(n == 3, "colors")
  var cp3 = cross_product(p, q, i)
  regentlib.assert(cp3[1][1][1].volume == 4, "cp3")
  var t : transform(1, 1)
  t[{0,0}] = 2
  var rs = restrict(r, t, rect1d{0, 3}, cs)
  regentlib.assert(rs[1].bounds.lo == int1d(2) and rs[2].volume == 4, "restrict")
  var rs2 = restrict(disjoint, incomplete, r, t, rect1d{0, 1}, cs)
  var dyn = dynamic_cast(partition(disjoint, r, cs), rs2)
end
task shift(x : rect1d) : rect1d return rect1d { x.lo + 1, x.hi + 1 } end
fspace L { c : int1d, to : int1d, b : rect1d }
task deps()
  var r = region(ispace(int1d, 8), L)
  for i in r do r[i].c = i / 4 r[i].to = (i + 3) % 8 r[i].b = rect1d { i, i + 1 } end
  var cs = ispace(int1d, 2)
  var p = partition(r.c, cs)
  var p2 = partition(complete, r.c, cs)
  regentlib.assert(p[1].bounds.lo == int1d(4), "by field")
  var im = image(r, p, r.to)
  var im2 = image(disjoint, complete, r, p, r.to)
  var ib = image(r, p, r.b)
  var pre = preimage(r, p, r.to)
  var pre2 = preimage(disjoint, r, p, r.to)
  regentlib.assert(im[0].volume == 4 and ib[0].volume == 5 and pre[0].volume == 4, "images")
  var it = image(r, p, shift)
  regentlib.assert(it[0].bounds.hi == int1d(4) and it[1].volume == 3, "image by task")
end
task proj(s : region(ispace(int1d), int), t : region(ispace(int1d), V)) where reads writes(s, t) do
  for i in s do s[i] += 1 end
  for i in t do t[i].x = 5 end
end
task poly(s : region(ispace(int1d), V)) where reads writes(s) do for i in s do i.x += 1 end end
fspace withV { x : double, y : double }
task projections()
  var r = region(ispace(int1d, 4), G)
  fill(r.n, 1) fill(r.pos, V{0,0})
  proj(r.{n}, r.{pos})
  regentlib.assert(r[0].n == 2 and r[1].pos.x == 5, "proj")
  poly(r.{x = pos.x, y = pos.y})
  regentlib.assert(r[1].pos.x == 6, "renamed")
  poly(r.{pos.{x, y}})
end
task strings(s : regentlib.string, a : regentlib.array(int, 3)) : regentlib.string
  regentlib.assert(c.strcmp([rawstring](s), "abc") == 0, "string")
  regentlib.assert(a[1] == 5, "array")
  return s
end
task barriers()
  var b = phase_barrier(1)
  var b2 = advance(b)
  arrive(b)
  await(b2)
  var dc = dynamic_collective(int, +, 1)
  arrive(dc, 5)
  dc = advance(dc)
  regentlib.assert(dynamic_collective_get_result(dc) == 5, "collective")
end
task main()
  bounded() structured() fsp()
  var r = region(ispace(int1d, 6), int) fill(r, 0) lists(r)
  sets() deps() projections() barriers()
  var a : regentlib.array(int, 3)
  a[0], a[1], a[2] = 4, 5, 6
  var s : regentlib.string = "abc"
  regentlib.assert(c.strcmp([rawstring](strings(s, a)), "abc") == 0, "")
  c.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
