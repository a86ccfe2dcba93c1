-- Forms that generated programs use together.
import "regent"
local c = regentlib.c
fspace P { x : double, y : double }
fspace E { a : int, p : P, q : P, flags : bool }
local i, x, acc = regentlib.newsymbol(int, "i"), regentlib.newsymbol("x"), regentlib.newsymbol(int, "acc")
local args = terralib.newlist({ rexpr 1 end, rexpr 2.5 end })
terra add(a : int, b : double) : double return a + b end
terra vadd(a : &int, n : int) var s = 0 for k = 0, n do s = s + a[k] end return s end
struct M { v : int }
terra M:add3(a : int, b : int) self.v = self.v + a + b return self.v end
M.methods.zero = terra() return M { 0 } end
local mzero = M.methods.zero
local paths = terralib.newlist({ regentlib.field_path("p", "x"), regentlib.field_path("q", "y"), "a" })
local nms = terralib.newlist({ "one", "two", "three" })
struct Proj { one : double, two : double, three : int }
task proj(r : region(ispace(int1d), Proj)) where reads writes(r) do for e in r do e.one += 1 e.two += 2 e.three += 3 end end
local params = terralib.newlist()
for k = 1, 3 do params:insert(regentlib.newsymbol(int, "p" .. k)) end
local function sum_of(list)
  local e = rexpr 0 end
  for _, s in ipairs(list) do e = rexpr e + s end end
  return e
end
task sum3([params]) : int return [sum_of(params)] end
task lists([params], z : int) : int return sum3([params]) + z end
local unrolled = function(n, f)
  return rquote rescape for k = 0, n - 1 do remit terralib.newlist({ f(k), rquote end }) end end end
end
__demand(__inline) task early(k : int) : int
  var r = 0
  if k > 3 then r = 1 else r = 2 end
  return r
end
task nested_returns(k : int) : int
  for j = 0, 10 do
    while true do
      if j == k then return j * 100 end
      break
    end
  end
  return -1
end
task voids(k : int) if k > 2 then return end c.printf("") end
task structs(p : P, ps : P[2]) : P
  p.x += ps[1].y
  return p
end
task arr(a : int[4]) : int[4] for k = 0, 4 do a[k] *= 2 end return a end
terra ptrs(p : &P) p.x = 9 end
local gtab = { f = { g = terra(a : int) return a + 1 end } }
local N = 3
task ifs(a : bool, b : bool) : int
  if a then if b then return 1 elseif not b then return 2 end else if b then return 3 end end
  return 4
end
local tern = regentlib.macro(function(cnd, a, b) return rexpr [terra(c : bool, a : int, b : int) if c then return a end return b end](cnd, a, b) end end)
task main()
  for [i] = 0, 3 do end
  var is = ispace(int1d, 4)
  var [acc] = 0
  for [x] in is do [acc] += int([x]) end
  regentlib.assert([acc] == 6, "symbols in for")
  regentlib.assert(add([args]) == 3.5, "args list")
  var m = M { 1 }
  regentlib.assert(m:add3([terralib.newlist({ rexpr 2 end, rexpr 3 end })]) == 6 and m.v == 6, "method with list")
  var z = mzero()
  regentlib.assert(z.v == 0 and gtab.f.g(3) == 4, "")
  var r = region(is, E)
  fill(r.{p, q}, P { 1, 1 }) fill(r.a, 1) fill(r.flags, true)
  proj(r.{[nms] = [paths]})
  regentlib.assert(r[0].p.x == 2 and r[0].q.y == 3 and r[0].a == 4, "projection with lists")
  fill(r.{[paths]}, 5)
  regentlib.assert(r[1].p.x == 5 and r[1].a == 5, "fill list")
  r[2].[regentlib.field_path("p", "x")] = 8
  regentlib.assert(r[2].p.x == 8, "")
  regentlib.assert(lists(1, 2, 3, 4) == 10, "param lists")
  var t = 0;
  [unrolled(4, function(k) return rquote t += k end end)];
  regentlib.assert(t == 6, "unrolled")
  regentlib.assert(early(5) == 1 and early(1) == 2 and nested_returns(4) == 400 and nested_returns(40) == -1, "")
  voids(1) voids(3)
  var ps : P[2]
  ps[0] = P { 1, 2 } ps[1] = P { 3, 4 }
  var q = structs(P { 1, 1 }, ps)
  regentlib.assert(q.x == 5, "structs")
  var aa = arr(array(1, 2, 3, 4))
  regentlib.assert(aa[3] == 8, "arrays")
  ptrs(&q)
  regentlib.assert(q.x == 9, "pointer to local")
  var pp = &q
  pp.y = 7
  regentlib.assert(q.y == 7 and pp.x == 9, "auto deref")
  var ints : int[N]
  for k = 0, N do ints[k] = k end
  regentlib.assert(vadd(ints, N) == 3 and vadd(&ints[1], 2) == 3, "decay")
  regentlib.assert(ifs(true, true) == 1 and ifs(true, false) == 2 and ifs(false, true) == 3 and ifs(false, false) == 4, "")
  regentlib.assert(tern(t > 3, 10, 20) == 10, "anonymous terra in a macro")
  var two_d : int[3][2]
  two_d[1][2] = 5
  regentlib.assert(two_d[1][2] == 5, "2d")
  var w = r[0]
  w.p, w.q = w.q, w.p
  r[0] = w
  @(&r[1]) = w
  regentlib.assert(r[1].q.x == 5, "whole elements")
  var e1 : E = { a = 1, p = P { 1, 2 }, q = { 3, 4 }, flags = false }
  r[3] = e1
  regentlib.assert(r[3].q.y == 4 and not r[3].flags, "nested ctor")
  var lo, hi = is.bounds.lo, is.bounds.hi
  for k = int(lo), int(hi) + 1 do r[k].a = k end
  var d = -2 ^ 3
  var sh = 1 << 2 + 1
  regentlib.assert(sh == 8, "")
  var b8 : uint8 = 255
  b8 += 1
  regentlib.assert(b8 == 0, "wrap")
  var f32 : float = 0.1
  regentlib.assert(f32 ~= 0.1, "float is not double")
  var neg = -5
  regentlib.assert(neg / 2 == -2 and neg % 3 == -2 and neg >> 1 == -3, "signed")
  var big = 3000000000
  regentlib.assert(big > 0 and big / 2 == 1500000000, "uint literal")
  var u64 : uint64 = 0xffffffffffffffffULL
  regentlib.assert(u64 / 2 == 0x7fffffffffffffffULL, "u64")
  var s = "a" 
  regentlib.assert(s[0] == 97 and @s == 97, "rawstring")
  var fnp = add
  c.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
