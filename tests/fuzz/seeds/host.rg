#!/usr/bin/env palatine
local function outer(a, b, ...)
  local t = { a, b; c = 1, ["d"] = 2, [3] = ..., }
  function t.m(x) return x end
  function t:n(y) return self, y end
  for i = 1, #t, 2 do if t[i] then break end end
  for k, v in pairs(t) do t[k] = -v ^ 2 .. "s" end
  while true do repeat local z = not a until z == 1 or z ~= 2 break end
  do local u = a.b.c:d("x"){1}[[long
string]] end
  goto done
  ::done::
  return (a + b) % 3 < 4 and "q\z
    w\x41\65\n" or 0x1p4, 1e-3, 12LL, 3i
end
import "regent"
local function generate(T, fields)
  local task inner(r : region(ispace(int1d), T), [extra])
  where writes(r.[fields]) do
    for x in r do
      rescape
        for _, f in ipairs(fields) do
          remit rquote x.[f] = [ (function(v) return rexpr [v] + x end end)(f) ] end
        end
      end
    end
  end
  return inner
end
struct S { x : int; y : &S, z : int[3] }
struct forward
terra S:get(i : int) : int return self.x + i end
terra S.metamethods.__add(a : S, b : S) : S return S { a.x + b.x } end
local terra f(x : int, y : double) : {int, double}
  var a, b = [&int](x), S { 1, y = 2 }
  for i = 0, 10 do a = a + i end
  if a > 3 then return a, y else escape emit quote a = 1 end emit(`a + 1) end end
  while @b.y ~= nil do b:get(3) end
  return a, y
end
local anonymous = terra(x : int) return x end
local quoted = quote var x = 1 in x, x + 1 end
local made = macro(function(x) return `x + [1] end)
local t = struct { a : int }
