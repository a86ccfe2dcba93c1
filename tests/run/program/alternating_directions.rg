-- ADI: tridiagonal solves along rows, then along columns, with a partition for each direction.
import "regent"
local c = regentlib.c
local root = terralib.includecstring [[
#include <math.h>
double checked_sqrt(double x) { return x < 0 ? 0 : sqrt(x); }
]]

local NX, NY, P = 40, 24, 4

fspace Cell { u : double, rhs : double, tmp : double }

task init(g : region(ispace(int2d), Cell))
where writes(g) do
  for e in g do
    var x, y = double(e.x) / (NX - 1), double(e.y) / (NY - 1)
    g[e].u = x * (1 - x) * y * (1 - y)
    g[e].rhs = 0
    g[e].tmp = 0
  end
end

-- One task for each direction, made by Lua; `unit` is the neighbour along it.
local function make_sweep(name, along, across)
  local ux = along == "x" and 1 or 0
  local uy = along == "y" and 1 or 0
  local task sweep(g : region(ispace(int2d), Cell), dt : double)
  where reads writes(g.{u, rhs, tmp}) do
    var b = g.bounds
    for j = b.lo.[across], b.hi.[across] + 1 do
      var first, last = b.lo.[along], b.hi.[along]
      var e : int2d
      e.[across] = j
      e.[along] = first
      g[e].rhs, g[e].tmp = 0.0, 0.0
      for i = first + 1, last do
        e.[along] = i
        var before : int2d = e - int2d { ux, uy }
        var m = 1.0 + dt * (2.0 - g[before].tmp)
        g[e].tmp = dt / m
        g[e].rhs = (g[e].u + dt * g[before].rhs) / m
      end
      e.[along] = last
      g[e].u = 0
      var i = last - 1
      while i > first do
        e.[along] = i
        g[e].u = g[e].rhs + g[e].tmp * g[e + { ux, uy }].u
        i -= 1
      end
      e.[along] = first
      g[e].u = 0
    end
  end
  sweep:set_name(name)
  return sweep
end
local sweep_x = make_sweep("sweep_x", "x", "y")
local sweep_y = make_sweep("sweep_y", "y", "x")

task norm(g : region(ispace(int2d), Cell)) : double
where reads(g.u) do
  var s = 0.0
  for e in g do s += g[e].u * g[e].u end
  return s
end

__demand(__inner)
task steps(g : region(ispace(int2d), Cell), rows : partition(disjoint, g, ispace(int2d)), cols : partition(disjoint, g, ispace(int2d)), n : int, dt : double)
where reads writes(g) do
  __demand(__trace)
  for t = 0, n do
    __demand(__index_launch)
    for k in rows.colors do sweep_x(rows[k], dt) end
    __demand(__index_launch)
    for k in cols.colors do sweep_y(cols[k], dt) end
  end
end

task main()
  var g = region(ispace(int2d, { NX, NY }), Cell)
  var rows = partition(equal, g, ispace(int2d, { 1, P }))
  var cols = partition(equal, g, ispace(int2d, { P, 1 }))
  var tiles = rows & cols
  init(g)
  var serial = region(ispace(int2d, { NX, NY }), Cell)
  copy(g, serial)
  steps(g, rows, cols, 10, 0.3)
  for t = 0, 10 do
    sweep_x(serial, 0.3)
    sweep_y(serial, 0.3)
  end
  var same = true
  for e in g do same = same and g[e].u == serial[e].u end
  regentlib.assert(same, "the same as one piece")
  var s = 0.0
  for k in cols.colors do s += norm(cols[k]) end
  c.printf("norm %.8e\n", root.checked_sqrt(s))
end
regentlib.start(main)

--[==[ OUTPUT
norm 9.25453520e-01
]==]
