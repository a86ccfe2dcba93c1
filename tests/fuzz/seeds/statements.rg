import "regent"
local c = regentlib.c
local n, names = 3, terralib.newlist({"x", "y"})

fspace point { x : double, { y, z } : double; w : int[4] }
fspace node(r : region(node(r))) {
  next : ptr(node(r), r),
  value : int,
}
fspace pair(a : region(point), b : region(point)) { p : ptr(point, a, b) } where a <= b, a * b end

extern task outside(x : int) : int
extern task outside_too(r : region(ispace(int1d), point)) where reads(r) end

__demand(__leaf) __forbid(__optimize)
task update(r : region(ispace(int1d), point), s : region(ispace(int1d), point), k : int, b : phase_barrier) : double
where reads writes exclusive(r.{x, y}), reduces +(s.w), reduces max(s.x), atomic(s), arrives(b), awaits(b),
      no_access_flag(r), r * s, [effects] do
  var a, d : int, [sym] = 1, 2.5e3
  var { p, q = r } = pair_of(k)
  for i = 0, 10 do a += i end
  for i : int = 10, 0, -1 do a -= i; break end
  for x in r do x.x, x.y = 1.0f, 2ULL end
  while a < b and not (a == 3 or b ~= 0x1f) do a *= 2 end
  repeat var t = a % 7; a /= 2 until t >= 3
  if a <= b then a max= 1 elseif a > b then a min= b else @p = -a end
  do var a = { 1, x = 2, [names[1]] = 3, [list]; point { 1, 2 } } end
  must_epoch update(r, s, 1, b) end
  rescape for _, f in ipairs(names) do remit rquote r[0].[f] = [n] end end end
  [splice];
  [lhs].x = r[i].{x, z = y, w.{[a]}}.x
  fill(r.{x, y}, 0.0, awaits(b))
  copy((r), (s[0]).x, +, arrives(b))
  acquire(r) release(r.x)
  attach(hdf5, r.x, "file", 1) detach(hdf5, r.x)
  __fence(__execution, __block) __fence(__mapping)
  __parallelize_with r, disjoint_of(s) do a = 1 end
  __parallel_prefix(r.x, s.x, +, 1)
  __delete(r)
  __demand(__index_launch, __trace) for i in is do f(i) end
  __demand(__inline, f(x))
  var v = __demand(__inline, f(x)) + __line
  c.printf("%d\n", a) printf "text"
  obj:method(1, 2):other { 3 }
  return &a[0] << 2 >> (1 ^ 2) & p | q
end

task forms()
  var a = max(1, min(2, 3))
  var i = ispace(int2d, { 4, 4 }, { 1, 1 })
  var r = region(i, point(r))
  var p1 = partition(equal, r, i)
  var p2 = partition(disjoint, complete, r, coloring, i)
  var p3 = partition(r.color, i)
  var p4 = partition(complete, r.color, i)
  var p5 = image(disjoint, r, p1, r.x) var p6 = preimage(r, p1, r.x)
  var p7 = restrict(aliased, incomplete, r, t, e, i)
  var x1 = cross_product(p1, p2, p3) var x2 = cross_product_array(p1, disjoint, p2)
  var l = list_slice_partition(p1, list_range(0, 1)) l = list_duplicate_partition(p1, l)
  l = list_cross_product(l, l, true) l = list_cross_product_complete(l, l) l = list_phase_barriers(l)
  l = list_invert(l, l, l) l = list_ispace(i) l = list_from_element(l, 1)
  var b = phase_barrier(1) b = advance(b) b = adjust(b, 1) arrive(b, 1) await(b)
  var d = dynamic_collective(int, +, 3) d = dynamic_collective_get_result(d)
  var s = allocate_scratch_fields(r.x) s = with_scratch_fields(r.x, s)
  var n = isnull(null(ptr(int, r))) var z = nil
  var k = dynamic_cast(ptr(int, r), n) k = static_cast(ptr(int, r), n) k = unsafe_cast(ptr(int, r), n)
  f(__context(), __runtime(), __task(), __fields(r.x), __physical(r.{x, y}), __raw(r), __future(int, 3))
  f(__import_ispace(int1d, h), __import_region(i, int, h, h), __import_partition(disjoint, r, i, h))
  f(__import_cross_product(p1, p2, i, h))
end
task lib.deep.name() end
local task hidden(x : &int, f : {int, int} -> int, g : int -> {}) end
local e = rexpr [n] + 1 end
local q = rquote var [sym] = 0; x = __line end
print(__line)
