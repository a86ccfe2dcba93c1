-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Sections 4 to 6: privileges, constraints, evaluation, launches, predicates, kinds of tasks.
import "regent"
local c = regentlib.c
fspace E { a : int, b : int, x : double }
task rd(r : region(ispace(int1d), E)) : int where reads(r.a) do var t = 0 for i in r do t += r[i].a end return t end
task wr(r : region(ispace(int1d), E), v : int) where writes(r.a) do for i in r do r[i].a = v end end
task rdc(r : region(ispace(int1d), E), v : int) where reduces +(r.a) do for i in r do r[i].a += v end end
task sub_(r : region(ispace(int1d), E)) where reduces -(r.a) do for i in r do r[i].a -= 3 end end
task atom(r : region(ispace(int1d), E)) where reads writes atomic(r.a) do for i in r do r[i].a += 1 end end
task dj(r : region(ispace(int1d), E), s : region(ispace(int1d), E)) where reads writes(r.a), reads writes(s.a), r * s do wr(r, 1) wr(s, 2) end
task incl(r : region(ispace(int1d), E), s : region(ispace(int1d), E)) where reads writes(r), s <= r do wr(s, 8) end
task cond(r : region(ispace(int1d), E), b : phase_barrier) where reads writes(r.b), awaits(b) do end
task order1()
  var r = region(ispace(int1d, 3), E)
  fill(r.a, 1)
  var p = dynamic_cast(int1d(E, r), 0)
  var t = p.a + rd(r)
  wr(r, 5)
  t += rd(r)
  rdc(r, 2) sub_(r)
  regentlib.assert(rd(r) == 12, "reductions")
  copy(r.a, r.b) copy(r.a, r.b, +)
  regentlib.assert(r[0].b == 8, "copy +")
  fill(r.b, 10) copy(r.a, r.b, -)
  regentlib.assert(r[0].b == 14, "fold of - adds")
  copy(r.a, r.b, max) copy(r.a, r.b, min) copy(r.a, r.b, *)
  regentlib.assert(r[0].b == 16, "others")
  var q = partition(equal, r, ispace(int1d, 3))
  dj(q[0], q[1])
  regentlib.assert(rd(r) == 1 + 2 + 4, "dj")
  incl(r, q[2])
  regentlib.assert(r[2].a == 8, "")
  var x, y = 1, 2
  x, y = y, x
  regentlib.assert(x == 2, "")
  var i = 0
  var a = array(0, 0, 0, 0)
  i, a[i] = 2, 7
  regentlib.assert(a[2] == 7 and a[0] == 0, "index read when stored")
  var false_and = false and rd(r) > 0
  regentlib.assert(not false_and or true, "")
  var n = 0
  for j : uint8 = 250, 258 do n += 1 end
  regentlib.assert(n == 0, "uint8")
  for j = 3, 3 do n += 1 end for j = 3, 0 do n += 1 end
  regentlib.assert(n == 0, "empty")
  while rd(r) < 20 do atom(r) end
  regentlib.assert(rd(r) >= 20, "while")
  repeat var done = rd(r) > 25 atom(r) until done
  for i in r do break end
end
task meet1(k : int) if k == 0 then return 1 else return 2.5 end end
task intfl() : int return 1 end
task rec(n : int) if n == 0 then return 0 end return 1 + rec(n - 1) end
task fut()
  var a = intfl()
  var s = 0
  for i = 0, 5 do s += intfl() end
  if s == 5 then s = 6 end
  var z = a + s * 2
  regentlib.assert(z == 13, "futures")
  var f = rec(4)
  regentlib.assert(f == 4 and meet1(1) == 2.5 and meet1(0) == 1, "")
end
task prefix()
  var r, l = region(ispace(int1d, 5), int), region(ispace(int1d, 5), int)
  for i in r do r[i] = int(i) + 1 end
  __parallel_prefix(l, r, +, 1)
  regentlib.assert(l[4] == 15, "scan")
  __parallel_prefix(l, r, max, -1)
  regentlib.assert(l[0] == 5, "scan back")
end
task epoch()
  var r = region(ispace(int1d, 4), E)
  fill(r.a, 0)
  var p = partition(equal, r, ispace(int1d, 2))
  must_epoch for i = 0, 2 do wr(p[i], i) end end
  regentlib.assert(rd(r) == 2, "")
  var b = phase_barrier(1)
  copy(r.a, r.b, arrives(b))
end
task zero2(g : region(ispace(int2d), int)) where writes(g) do for i in g do g[i] = 0 end end
task launches()
  var r = region(ispace(int1d, 8), E)
  fill(r.{a, b}, 0)
  var cs = ispace(int1d, 4)
  var p = partition(equal, r, cs)
  __demand(__index_launch) for i in cs do wr(p[i], 3) end
  __demand(__index_launch) for i = 0, 4 do var j = i wr(p[j], i) end
  var t = 0
  __demand(__index_launch) for i in cs do t += rd(p[i]) end
  regentlib.assert(t == 12, "reduce launch")
  __demand(__index_launch) for i = 0, 3 do rdc(p[i + 1], 1) end
  __demand(__index_launch) for i in cs do rdc(p[(i + 1) % 4], 1) end
  __demand(__index_launch) for i in cs do fill((p[i]).b, 9) end
  regentlib.assert(rd(r) == 12 + 6 + 8 and r[7].b == 9, "")
  var m = 0
  __demand(__index_launch) for i in cs do m max= rd(p[i]) end
  regentlib.assert(m == 10, "max")
  __demand(__trace) for k = 0, 3 do for i in cs do wr(p[i], k) end end
  var k = 0
  __demand(__trace) while k < 3 do for i in cs do rdc(p[i], 1) end k += 1 end
  regentlib.assert(rd(r) == 8 * 5, "trace")
  var g = region(ispace(int2d, {4, 4}), int)
  var c2 = ispace(int2d, {2, 2})
  var pg = partition(equal, g, c2)
  __demand(__index_launch) for i in c2 do zero2(pg[i]) end
end
task isone(x : int) : bool return x == 1 end
task pred()
  var f = isone(1)
  var r = region(ispace(int1d, 2), E)
  fill(r.a, 0)
  if f then wr(r, 4) end
  regentlib.assert(rd(r) == 8, "predicated")
  var g = isone(2)
  if g then wr(r, 5) end
  regentlib.assert(rd(r) == 8, "not")
end
__demand(__leaf) task leaf(r : region(ispace(int1d), E)) where reads writes(r) do
  var s = 0.0
  __demand(__vectorize) for i in r do r[i].x = r[i].x * 2.0 + 1.0 end
  __demand(__openmp) for i in r do r[i].b = 3 end
  for i in r do s += r[i].x end
  return s
end
__demand(__cuda) task cud(r : region(ispace(int1d), E)) where reads writes(r.x) do for i in r do r[i].x += 1 end end
__demand(__parallel) task par(r : region(ispace(int1d), E)) : double where reads(r.x) do
  var s = 0.0 for i in r do s += r[i].x end return s end
__demand(__local) task loc(x : int) : int return x + 1 end
__demand(__inline) task inl(r : region(ispace(int1d), E), v : int) where reads writes(r.a) do for i in r do r[i].a = v end end
__demand(__idempotent, __replicable) task idem(x : int) : int return x end
__demand(__inner) task inner(r : region(ispace(int1d), E)) where reads writes(r) do wr(r, 3) end
task props()
  var r = region(ispace(int1d, 8), E)
  fill(r.x, 1.0) fill(r.{a, b}, 0)
  regentlib.assert(leaf(r) == 24.0, "leaf")
  cud(r)
  regentlib.assert(par(r) == 32.0, "par")
  regentlib.assert(loc(2) == 3 and idem(4) == 4, "")
  inl(r, 6) inner(r)
  regentlib.assert(rd(r) == 24, "")
  var p = partition(equal, r, ispace(int1d, 2))
end
__demand(__parallel) task pstep(r : region(ispace(int1d), E)) where reads writes(r.x) do for i in r do r[i].x += 1 end end
task main()
  order1() fut() prefix() epoch() launches() pred() props()
  var r = region(ispace(int1d, 8), E)
  fill(r.x, 1.0)
  var cs = ispace(int1d, 2)
  var p = partition(equal, r, cs)
  __parallelize_with p, cs do pstep(r) end
  regentlib.assert(r[7].x == 2.0, "")
  __forbid(__parallel, pstep(r))
  c.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
