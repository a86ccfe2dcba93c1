-- Every form of the language reference, section 1: where constructs stand, what names mean, literals.
import "regent"
local c = regentlib.c
-- 1.1 globals
for _, n in ipairs{"aliased","disjoint","complete","incomplete","complex","complex32","complex64","cross_product","dynamic_collective","index_type","int1d","int2d","int3d","rect1d","rect2d","rect3d","ispace","partition","phase_barrier","ptr","region","transform","wild"} do
  assert(rawget(_G, n) ~= nil or _G[n] ~= nil, n)
end
for _, n in ipairs{"int","int8","int16","int32","int64","uint","uint8","uint64","float","double","bool","rawstring","opaque","niltype","intptr","ptrdiff","vector","array","arrayof","vectorof","tuple","sizeof","macro","terralib","terra_","global","constant"} do
  if n ~= "terra_" then assert(_G[n] ~= nil, n) end
end
assert(complex == complex64)
assert(int == int32)
-- type operators in Lua
local T1 = &int
local T2 = int[4]
local T3 = {int, double} -> bool
-- strict
local ok, err = pcall(function() return undeclared_thing end)
assert(not ok)
-- task statements
local tab = {}; tab.a = {}
task tab.a.b() : int return 42 end
local function mk(n) local task t() : int return n end; return t end
local t5 = mk(5)
local fwd
task fwd() : int return 9 end
local fspace lf { x : int }
fspace tabfs { y : int } tab.fs = tabfs
local extern task ext1(x : int) : int
local l = __line
assert(l == 30, tostring(l))
local r1 = rexpr 1 + 2 end
local q1 = rquote var z = 5; regentlib.assert(z == 5, "z") end
-- nested block import
do
  import "regent"
  task inner_block() : int return 3 end
end
struct P { a : int; b : double, c : int8 }
terra P:sum() : double return self.a + self.b + self.c end
terra padd(a : int, b : int) return a + b end
local anon = terra(x : int) return x * 2 end
local esc = terra(x : int) return x + [3 + 4] end
terra withescape(x : int)
  var s = 0
  escape for i = 1, 3 do emit quote s = s + x * i end end end
  return s
end
-- literals 1.3
task literals()
  var a = 1
  var b = 1U
  var cc = 1LL
  var d = 1ULL
  var e = 1.5
  var f = 1.5f
  var g = 1f
  var h = 0xffffffff
  var i = 2147483648
  var j = 1e3
  var k = 1e10
  var m = 1e-3
  var n = 1.0e3
  var s = "str"
  var t = true
  regentlib.assert(a + b + cc + d > 0, "")
  regentlib.assert(g / 2 == 0.5, "float")
  regentlib.assert(h > 0 and i > 0, "uint")
  regentlib.assert(j / 2 == 500 and k > 1e9 and m < 1 and n == 1000.0, "")
  regentlib.assert(7 / 2 == 3, "int div")
  var x = 1
  x + = 1
  x - = 1
  x * = 5; x / = 2
  regentlib.assert(x == 2, "x")
  var p = [[long string]]
  regentlib.assert(c.strcmp(p, "long string") == 0 and s[0] == 115, "strings")
end
local kw = "fill"
fspace kwf { x : int }
-- capture by value
local cap = 1
task capt() : int return cap end
cap = 2
local falsev = false
task capf() : bool return falsev end
-- direct recursion
task fact(n : int) : int
  if n <= 1 then return 1 end
  return n * fact(n - 1)
end
-- param type mentioning later
fspace node(r : region(node(r))) { next : ptr(node(r), r), v : int }
task later(r : region(node(r)), p : ptr(node(r), r)) : int
where reads(r) do return p.v end
-- var region binding own name
task own()
  var is = ispace(ptr, 3)
  var r = region(is, node(r))
  var p = dynamic_cast(ptr(node(r), r), 0)
  p.v = 3; p.next = p
  regentlib.assert(later(r, p) == 3, "later")
end
-- scopes
task scopes()
  var x = 1
  for x = 0, 2 do var x = x + 5; regentlib.assert(x >= 5, "") end
  if true then var x = 2 regentlib.assert(x == 2, "") else var x = 3 end
  do var x = 7 end
  while x < 2 do var x2 = 1; x += x2 end
  repeat var y = 5 until y == 5
  regentlib.assert(x == 2, "")
end
task main()
  regentlib.assert(tab.a.b() == 42, "dotted")
  regentlib.assert(t5() == 5 and fwd() == 9 and inner_block() == 3, "")
  regentlib.assert([r1] == 3, ""); [q1];
  var p = P { a = 1, b = 2.5, c = 3 }
  regentlib.assert(p:sum() == 6.5, "method")
  regentlib.assert(padd(1, 2) == 3 and anon(4) == 8 and esc(1) == 8 and withescape(2) == 12, "terra")
  literals()
  regentlib.assert(capt() == 1 and not capf(), "capture")
  regentlib.assert(fact(5) == 120, "fact")
  own() scopes()
  var v : tab.fs
  v.y = 4
  var w : lf
  w.x = 2
  c.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
