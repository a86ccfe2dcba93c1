-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- What bodies of kernels may hold: C's mathematics, functions, structs, arrays, values from outside, also long ones.
import "regent"

local c = regentlib.c
local cmath = terralib.includec("math.h")
local sqrt, isnan, rsqrt = regentlib.sqrt(double), regentlib.isnan(double), regentlib.rsqrt(float)

struct pair { x : double, y : double }
fspace cell { a : double, p : pair, f : float, v : double[4], flag : bool, small : uint8 }

terra norm(p : pair) : double
  return cmath.sqrt(p.x * p.x + p.y * p.y)
end
terra factorial(n : int) : int64
  if n < 2 then return 1 end
  return n * factorial(n - 1)
end
terra largest(v : double[4]) : double
  var found = v[0]
  for k = 1, 4 do
    if v[k] > found then found = v[k] end
  end
  return found
end
terra pair.metamethods.__add(p : pair, q : pair) : pair
  return pair { p.x + q.x, p.y + q.y }
end

__demand(__cuda)
task compute(r : region(ispace(int1d), cell), offset : pair, scale : float)
where reads writes(r) do
  var table : int[1200]
  for k = 0, 1200 do table[k] = k * k end
  var transform = array(1.0, 2.0, 3.0, 4.0)
  for i in r do
    var k = [int64](i)
    var p = pair { x = 3.0 * k, y = 4.0 * k }
    r[i].a = norm(p) + factorial(5) + table[k]
    r[i].p = p + offset
    r[i].f = scale * cmath.sinf(0.0f) + rsqrt(4.0f)
    for j = 0, 4 do r[i].v[j] = transform[j] * k end
    r[i].flag = k % 3 == 0 and not (k == 6)
    r[i].small = k
  end
  for i in r do
    var v = r[i].v
    v[0] = largest(v)
    r[i].v = v
    r[i].a += sqrt(cmath.pow(2.0, 4.0)) + max(r[i].p.x, 1.0) + cmath.fmod(7.5, 2.0) + 9.5 % 4.0
    if isnan(r[i].a) ~= 0 then r[i].a = 0 end
  end
end

-- Regions of a loop of the host.
__demand(__cuda)
task pieces(r : region(ispace(int1d), cell), p : partition(disjoint, r, ispace(int1d)))
where reads writes(r.f) do
  for color in p.colors do
    var piece = p[color]
    var by = [int64](color) + 1
    for i in piece do piece[i].f = by + [int64](piece.bounds.lo) end
  end
end

__demand(__cuda)
task pointers(r : region(ispace(ptr), int), s : region(ispace(ptr), ptr(int, r)))
where reads(s), reads writes(r) do
  for p in s do
    var q = @p
    if not isnull(q) then @q += 1 end
  end
end

task main()
  var r = region(ispace(int1d, 64), cell)
  fill(r.p, pair { 0, 0 })
  compute(r, pair { 10, 20 }, 2)
  for i in r do
    var k = [double]([int64](i))
    var p = 3.0 * k + 10
    regentlib.assert(r[i].a == 5 * k + 120 + k * k + 4 + p + 1.5 + 1.5, "values")
    regentlib.assert(r[i].p.x == p and r[i].p.y == 4.0 * k + 20, "structs")
    regentlib.assert(r[i].f == 0.5, "float")
    regentlib.assert(r[i].v[0] == 4 * k and r[i].v[1] == 2 * k and r[i].v[3] == 4 * k, "arrays")
    regentlib.assert(r[i].flag == ([int64](i) % 3 == 0 and [int64](i) ~= 6), "flag")
    regentlib.assert(r[i].small == [uint8]([int64](i)), "small")
  end
  var p = partition(equal, r, ispace(int1d, 4))
  pieces(r, p)
  for i in r do
    var color = [int64](i) / 16
    regentlib.assert(r[i].f == color + 1 + 16 * color, "pieces")
  end
  var n = region(ispace(ptr, 10), int)
  var s = region(ispace(ptr, 20), ptr(int, n))
  fill(n, 0)
  for q in s do @q = null(ptr(int, n)) end
  var k = 0
  for q in n do
    var m = 0
    for t in s do
      if m % 20 == k then @t = q end
      m += 1
    end
    k += 1
  end
  pointers(n, s)
  var total = 0
  for q in n do total += @q end
  regentlib.assert(total == 10, "pointers")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
