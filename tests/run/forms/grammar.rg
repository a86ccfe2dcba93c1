-- Section 2: every statement, declaration and operator once.
import "regent"
local c = regentlib.c
fspace inner { d : int, e : double; {f, g} : int, }
fspace cell { a : int; b : inner, c : inner }
extern task ext(x : int)
extern task ext2(r : region(ispace(int1d), cell)) where reads(r) end
__demand(__inner) __forbid(__optimize) task two_groups() end
__allow(__leaf, __inner) task allowed() end
task modes(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell), b : phase_barrier)
where writes reads simultaneous(r.a), reads(r.{b.{d, e}, c}), reduces +(s.a), reduces*(s.b.d), reduces max(s.b.f), reduces min(s.b.g),
  arrives(b), r * s, reads(r.{})
do
  for i in r do r[i].a += r[i].b.d; s[i].a += 1; s[i].b.d *= 2; s[i].b.f max= 9; s[i].b.g min= -4 end
end
task noact(r : region(ispace(int1d), cell)) where reads writes(r), no_access_flag(r) do end
task excl(r : region(ispace(int1d), cell)) where exclusive reads(r), relaxed(r.{}) do end
task expr()
  var x = 2
  regentlib.assert(1 + 2 * 3 == 7 and (1 + 2) * 3 == 9, "")
  regentlib.assert(1 << 3 + 1 == 16, "shift looser than +")
  regentlib.assert(-x * 2 == -4 and not (x == 3), "")
  regentlib.assert((5 ^ 3) == 6 and (5 and 3) == 1 and (5 or 3) == 7 and not 0 == -1, "bitwise")
  regentlib.assert(7 % 3 == 1 and -1 % 2 == -1, "mod")
  regentlib.assert(1 < 2 and 2 <= 2 and 3 ~= 4 and 4 > 3 and 4 >= 4, "")
  regentlib.assert(10 - 3 - 2 == 5 and 100 / 10 / 2 == 5, "left")
  var a : int[3]
  a[0], a[1], a[2] = 1, 2, 3
  var p = &a[0]
  regentlib.assert(@p == 1 and p[1] == 2 and @(p + 2) == 3, "ptr")
  @p = 5
  regentlib.assert(a[0] == 5, "store through")
  var q = &p
  regentlib.assert(@@q == 5, "");
  (@q)[1] = 8
  regentlib.assert(a[1] == 8, "")
  regentlib.assert(array(1, 2)[0] == 1 and arrayof(double, 1, 2)[1] == 2, "")
end
task stats()
  var x, y : double = 1, 2
  x, y = y, x
  regentlib.assert(x == 2 and y == 1, "swap")
  x, y += 1, 1
  regentlib.assert(x == 3 and y == 2, "")
  var m = 5 m max= 7 m min= 6 regentlib.assert(m == 6, "minmax")
  var {p, q = r} = { p = 1, r = 2.5 }
  regentlib.assert(p == 1 and q == 2.5, "unpack")
  if x == 0 then elseif x == 3 then y = 10 else y = 11 end
  regentlib.assert(y == 10, "elseif")
  var k = 0
  while true do k += 1 if k > 4 then break end end
  repeat k -= 1 until k == 0
  for i = 0, 10, 3 do k += i end
  regentlib.assert(k == 18, "step")
  for i = 10, 0, -3 do k += i end
  regentlib.assert(k == 40, "negative step")
  for i : uint8 = 0, 3 do k += i end
end
task blocks(r : region(ispace(int1d), cell)) where reads writes(r) do
  do var z = 1 end
  __fence(__execution) __fence(__execution, __block) __fence(__mapping) __fence(__mapping, __block)
  must_epoch allowed() end
  __demand(__trace) do allowed() end
  var p = partition(equal, r, ispace(int1d, 2))
  __demand(__index_launch) for i in p.colors do noact(p[i]) end
  __forbid(__index_launch) for i = 0, 2 do noact(p[i]) end
  __demand(__constant_time_launch) for i in p.colors do noact(p[i]) end
  fill((p[0]).b.{d, f}, 3) fill(r.{a, b.e, c.{d, e}}, 1)
  copy((p[0]).b.d, (p[0]).c.d)
  copy(r.{a}, r.c.{d}, +)
  regentlib.assert(r[0].c.d == 4 and r[r.bounds.hi].c.d == 2, "copy")
  var s = r.{x = b.d, c.{e, g = f}, d2 = a}
  fill(s.{x, d2}, 6)
  regentlib.assert(r[0].a == 6 and r[0].b.d == 6, "proj")
  regentlib.assert(region(ispace(int1d, 3), int).bounds.hi == int1d(2), "suffix")
  __delete(p)
end
task ret() : int return 1 end
task ret2() return end
task ret3() if true then return else return end end
__demand(__inline) task inl(x : int) : int return x + 1 end
task annexpr()
  __demand(__inline, inl(1))
  var a = __demand(__inline, inl(2))
  var b = __forbid(__inline, inl(3)) + 1
  regentlib.assert(a == 3 and b == 5, "")
  __forbid(__inline, inl(4));
end
terra st(x : rawstring) : int return regentlib.c.strlen(x) end
terra ct(x : {int, int}) : int return x._0 + x._1 end
struct S2 { u : int, v : int }
terra cs(x : S2) : int return x.u * 10 + x.v end
terra S2:m(x : int) : int return self.u + x end
task calls()
  regentlib.assert(st "four" == 4, "")
  regentlib.assert(cs { u = 1, v = 2 } == 12 and cs { 3, 4 } == 34, "")
  var s = S2 { 1, 2 }
  regentlib.assert(s:m(4) == 5, "")
end
task main()
  expr() stats() two_groups() allowed() ret() ret2() ret3() annexpr() calls()
  var r = region(ispace(int1d, 6), cell)
  var s = region(ispace(int1d, 6), cell)
  fill(r.a, 1) fill(r.b.{d,e,f,g}, 1) fill(r.c.{d,e,f,g}, 1)
  fill(s.a, 0) fill(s.b.{d,e,f,g}, 1) fill(s.c.{d,e,f,g}, 1)
  var b = phase_barrier(1)
  modes(r, s, b)
  regentlib.assert(r[0].a == 2 and s[0].a == 1 and s[1].b.d == 2 and s[2].b.f == 9 and s[3].b.g == -4, "modes")
  excl(r)
  fill(r.a, 1)
  blocks(r)
  c.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
