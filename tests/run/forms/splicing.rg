-- Section 1: what Lua values become in tasks, calls of terra and C code, quotes and macros.
import "regent"
local c = regentlib.c
local stdio = terralib.includec("stdio.h")
local cstr = terralib.includecstring [[
#include <math.h>
#define K 17
#define NAME "abc"
#define PI2 6.28
enum color { RED, GREEN = 5 };
static inline int twice_c(int x) { return 2 * x; }
typedef struct { int a; double b[3]; } rec;
static rec mk(int a) { rec r; r.a = a; r.b[0] = a; r.b[1] = 2*a; r.b[2] = 3*a; return r; }
static double addrec(rec r) { return r.a + r.b[2]; }
static void incr(rec *r) { r->a++; }
typedef int (*op_t)(int, int);
static int apply(op_t f, int a, int b) { return f(a, b); }
]]
local luanum, luadbl, luabool, luastr = 3, 2.5, true, "hey"
local cd = terralib.new(int[3], {1, 2, 3})
local kconst = terralib.constant(int, 11)
local arrconst = terralib.constant(`arrayof(int, 4, 5, 6))
local g = terralib.global(int, 7, "gvar")
terra bump() g = g + 1; return g end
local over = terralib.overloadedfunction("over", {
  terra(x : int) return 1 end, terra(x : double) return 2 end })
local tmac = macro(function(x) return `x * 3 end)
local rmac = regentlib.macro(function(q) return rexpr q + q end end)
local typemac = regentlib.macro(function(q) local t = q:gettype(); return rexpr [t](q) * 2 end end)
local sym = regentlib.newsymbol(int, "acc")
local usym = regentlib.newsymbol("u")
local onlyt = regentlib.newsymbol(double)
local decl = rquote var [sym] = 0 end
local function bumpq(n) return rquote [sym] += n end end
local nested = { inner = { deep = 12, f = terra(x : int) return x end } }
assert(sym:hasname() and sym:getname() == "acc" and sym:hastype() and sym:gettype() == int)
assert(not usym:hastype()); 
assert(tostring(sym) == "$acc", tostring(sym))
local fp = regentlib.field_path("p", "x")
struct V2 { x : double, y : double }
terra V2.metamethods.__add(a : V2, b : V2) return V2 { a.x + b.x, a.y + b.y } end
V2.metamethods.__mul = terralib.overloadedfunction("mul", {
  terra(a : V2, s : double) return V2 { a.x * s, a.y * s } end,
  terra(s : double, a : V2) return V2 { a.x * s, a.y * s } end })
V2.metamethods.__cast = function(from, to, e)
  if from == double and to == V2 then return `V2 { e, e } end
  error("no conversion")
end
terra V2:scale(s : double) self.x = self.x * s; self.y = self.y * s end
local NS = terralib.types.newstruct("NS")
NS.entries = terralib.newlist({ {"a", int}, {"b", V2} })
fspace cell { p : V2, q : int }
local names = terralib.newlist({"q"})
local task ft([sym], [terralib.newlist({onlyt})]) : double
  return [sym] + [onlyt]
end
task priv(r : region(ispace(int1d), cell))
where reads writes(r.{[names], p}) do
  for i in r do i.q = 1; i.p = V2 { 1, 2 } end
end
local rr = regentlib.newsymbol(region(ispace(int1d), cell), "rr")
local effs = terralib.newlist({ regentlib.privilege(regentlib.reads, rr), regentlib.privilege(regentlib.writes, rr, "q"),
  regentlib.coherence(regentlib.exclusive, rr), })
task eff([rr]) where [effs] do for i in [rr] do i.q += 1 end end
local function emitall(r, fields)
  return rquote
    for i in r do
      rescape for _, f in ipairs(fields) do remit rquote i.[f] = 9 end end end
    end
  end
end
task rest(r : region(ispace(int1d), cell)) where reads writes(r) do
  [emitall(r, {"q"})];
  fill(r.[fp], 4.0)
  for i in r do i.[fp] += 1.0 end
end
task main()
  [decl];
  [terralib.newlist({bumpq(1), bumpq(2)})];
  regentlib.assert([sym] == 3, "sym")
  regentlib.assert(luanum + 1 == 4 and luadbl == 2.5 and luabool, "lua values")
  regentlib.assert(c.strcmp(luastr, "hey") == 0, "string")
  regentlib.assert(cd[1] == 2, "cdata")
  regentlib.assert(kconst == 11 and arrconst[2] == 6, "constants")
  regentlib.assert(g == 7, "global"); bump(); regentlib.assert(g == 8, "global")
  regentlib.assert(over(1) == 1 and over(1.5) == 2, "over")
  regentlib.assert(tmac(4) == 12 and rmac(5) == 10, "macros")
  regentlib.assert(typemac(2.5) == 5.0, "type macro")
  regentlib.assert(nested.inner.deep == 12 and nested.inner.f(4) == 4, "nested")
  regentlib.assert(cstr.K == 17 and cstr.GREEN == 5 and cstr.PI2 > 6.0, "C constants")
  regentlib.assert(cstr.twice_c(4) == 8, "c inline")
  var rec = cstr.mk(3)
  cstr.incr(&rec)
  regentlib.assert(rec.a == 4 and rec.b[2] == 9 and cstr.addrec(rec) == 13, "c struct")
  regentlib.assert(ft(1, 2.5) == 3.5, "params")
  var a = V2 { 1, 2 }
  var b : V2 = 3.0
  var d = a + b * 2.0 + 0.5 * a
  regentlib.assert(d.x == 7.5 and d.y == 9, "metamethods")
  d:scale(2)
  regentlib.assert(d.x == 15, "method mutates")
  var ns = NS { a = 1, b = a }
  regentlib.assert(ns.b.y == 2, "newstruct")
  var r = region(ispace(int1d, 4), cell)
  priv(r) eff(r)
  for i in r do regentlib.assert(i.q == 2, "eff") end
  rest(r)
  for i in r do regentlib.assert(i.q == 9 and i.p.x == 5.0 and r[i].p.y == 2.0, "rest") end
  var ctor = { ["z"] = 3, w = 4 }
  regentlib.assert(ctor.z + ctor.w == 7, "ctor")
  var ctor2 = { [luastr] = 3 }
  regentlib.assert(ctor2.hey == 3, "ctor escape")
  do [rquote var tmp = 1 end] end do [rquote var tmp = 2 end] end
  stdio.printf("ok\n")
end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
