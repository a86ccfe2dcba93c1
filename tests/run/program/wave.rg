-- Wave equation in three dimensions, leapfrog, order chosen by Lua; halo partitions per direction; checked against
-- a plain loop of terra.
import "regent"
local c = regentlib.c
local std = terralib.includec("stdlib.h")
local cmath = terralib.includec("math.h")

local N, T = 16, 6
local ORDER = 4
local RADIUS = ORDER / 2
local coefficients = ({ [2] = { -2.0, 1.0 }, [4] = { -5.0 / 2, 4.0 / 3, -1.0 / 12 } })[ORDER]

fspace point { now : double; old : double; next : double }



task set_up(r : region(ispace(int3d), point))
where writes(r) do
  for e in r do
    var d2 = 0.0
    for k = 0, 3 do
      var x = double(array(e.x, e.y, e.z)[k]) - N / 2
      d2 += x * x
    end
    r[e].now = cmath.exp(-0.2 * d2)
    r[e].old = cmath.exp(-0.2 * d2)
    r[e].next = 0
  end
end

local laplacian = function(r, e)
  local sum = rexpr [3 * coefficients[1]] * r[e].now end
  for axis = 1, 3 do
    for k = 1, RADIUS do
      local d = { 0, 0, 0 }
      d[axis] = k
      sum = rexpr [sum] + [coefficients[k + 1]] * (r[e + { [d[1]], [d[2]], [d[3]] }].now + r[e - { [d[1]], [d[2]], [d[3]] }].now) end
    end
  end
  return sum
end

__demand(__leaf)
task step(inner : region(ispace(int3d), point), halo : region(ispace(int3d), point), c2 : double)
where reads(halo.now, inner.{now, old}), writes(inner.next) do
  for e in inner do
    inner[e].next = 2.0 * inner[e].now - inner[e].old + c2 * [laplacian(halo, e)]
  end
end

__demand(__leaf)
task rotate(r : region(ispace(int3d), point))
where reads(r.{now, next}), writes(r.{old, now}) do
  for e in r do
    r[e].old = r[e].now
    r[e].now = r[e].next
  end
end

task energy(r : region(ispace(int3d), point)) : double
where reads(r.{now, old}) do
  var s = 0.0
  for e in r do
    var v = r[e].now - r[e].old
    s += v * v
  end
  return s
end

terra reference(steps : int, c2 : double) : double
  var n = N
  var size = n * n * n
  var old = [&double](std.malloc(size * 8))
  var now = [&double](std.malloc(size * 8))
  var next = [&double](std.malloc(size * 8))
  defer std.free(old)
  defer std.free(now)
  defer std.free(next)
  for z = 0, n do for y = 0, n do for x = 0, n do
    var a, b, d = double(x) - n / 2, double(y) - n / 2, double(z) - n / 2
    var i = (z * n + y) * n + x
    now[i] = cmath.exp(-0.2 * (a * a + b * b + d * d))
    old[i] = now[i]
    next[i] = 0
  end end end
  for t = 0, steps do
    for z = RADIUS, n - RADIUS do for y = RADIUS, n - RADIUS do for x = RADIUS, n - RADIUS do
      var i = (z * n + y) * n + x
      var sum = [3 * coefficients[1]] * now[i]
      escape
        for _, stride in ipairs { 1, N, N * N } do
          for k = 1, RADIUS do
            emit quote sum = sum + [coefficients[k + 1]] * (now[i + [k * stride]] + now[i - [k * stride]]) end
          end
        end
      end
      next[i] = 2.0 * now[i] - old[i] + c2 * sum
    end end end
    for z = RADIUS, n - RADIUS do for y = RADIUS, n - RADIUS do for x = RADIUS, n - RADIUS do
      var i = (z * n + y) * n + x
      old[i] = now[i]
      now[i] = next[i]
    end end end
  end
  var s = 0.0
  for z = RADIUS, n - RADIUS do for y = RADIUS, n - RADIUS do for x = RADIUS, n - RADIUS do
    var i = (z * n + y) * n + x
    s = s + (now[i] - old[i]) * (now[i] - old[i])
  end end end
  return s
end

task main()
  var is = ispace(int3d, { N, N, N })
  var r = region(is, point)
  var interior_is = ispace(int3d, { [N - 2 * RADIUS], [N - 2 * RADIUS], [N - 2 * RADIUS] }, { RADIUS, RADIUS, RADIUS })
  var one : transform(3, 3)
  for i = 0, 3 do for j = 0, 3 do one[{i, j}] = 0 end end
  var box = rect3d { { RADIUS, RADIUS, RADIUS }, { [N - RADIUS - 1], [N - RADIUS - 1], [N - RADIUS - 1] } }
  var whole = restrict(r, one, box, ispace(int3d, { 1, 1, 1 }))
  var interior = whole[{0, 0, 0}]
  regentlib.assert(interior.volume == interior_is.volume, "volume")
  var colors = ispace(int3d, { 2, 2, 1 })
  var p = partition(equal, interior, colors)
  var coloring = c.legion_domain_point_coloring_create()
  for k in colors do
    var b = p[k].bounds
    c.legion_domain_point_coloring_color_domain(coloring, k, rect3d { b.lo - { RADIUS, RADIUS, RADIUS }, b.hi + { RADIUS, RADIUS, RADIUS } })
  end
  var halo = partition(aliased, r, coloring, colors)
  c.legion_domain_point_coloring_destroy(coloring)
  set_up(r)
  for t = 0, T do
    __demand(__index_launch)
    for k in colors do step(p[k], halo[k], 0.05) end
    __demand(__index_launch)
    for k in colors do rotate(p[k]) end
  end
  var e = 0.0
  __demand(__index_launch)
  for k in colors do e += energy(p[k]) end
  var want = reference(T, 0.05)
  regentlib.assert(cmath.fabs(e - want) < 1e-12 * want, "as the reference")
  c.printf("energy %.9e\n", e)
end
regentlib.start(main)

--[==[ OUTPUT
energy 5.255775504e-01
]==]
