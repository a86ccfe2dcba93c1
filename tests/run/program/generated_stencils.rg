-- Programs write programs: stencils of order N, generated field spaces, privileges and arguments by lists of symbols.
import "regent"
local c = regentlib.c

local function make_fspace(names, T)
  local fs = terralib.types.newstruct("generated")
  for _, n in ipairs(names) do fs.entries:insert({ field = n, type = T }) end
  return fs
end

local NAMES = terralib.newlist { "u", "v", "w" }
local S = make_fspace(NAMES, double)

-- privileges(r, mode, {fields})
local function privileges(r, mode, fields)
  return fields:map(function(f) return regentlib.privilege(mode, r, f) end)
end

local function make_stencil(order)
  local radius = order / 2
  local r, halo, scale = regentlib.newsymbol(region(ispace(int1d), S), "r"), regentlib.newsymbol(region(ispace(int1d), S), "halo"), regentlib.newsymbol(double, "scale")
  local args = terralib.newlist { r, halo, scale }
  local reads_, writes_ = privileges(halo, regentlib.reads, terralib.newlist { "u" }), privileges(r, regentlib.writes, terralib.newlist { "v", "w" })
  local task stencil([args])
  where [reads_], [writes_] do
    for i in [r] do
      var sum = 0.0
      [(function()
        local q = terralib.newlist()
        for k = -radius, radius do
          q:insert(rquote sum += [1.0 / order] * [halo][i + k].u end)
        end
        return q
      end)()];
      [r][i].v = [scale] * sum;
      [r][i].w = -sum
    end
  end
  stencil:set_name("stencil" .. order)
  return stencil
end

local stencils = {}
for _, o in ipairs { 2, 4, 6 } do stencils[o] = make_stencil(o) end

local function each_field(r, i, f)
  return NAMES:map(function(n) return f(rexpr r[i].[n] end, n) end)
end

task init(r : region(ispace(int1d), S)) where writes(r) do
  for i in r do
    [each_field(r, i, function(place, n) return rquote [place] = int(i) * [#n] end end)]
  end
end

task checksum(r : region(ispace(int1d), S)) : double where reads(r) do
  var s = 0.0
  for i in r do
    [each_field(r, i, function(place, n) return rquote s += [place] end end)]
  end
  return s
end

local args = terralib.newlist()
for k = 1, 5 do args:insert(regentlib.newsymbol(int, "a" .. k)) end
task weighted([args]) : int
  return [args:map(function(a) return rexpr a end end)[1]] + [(function()
    local e = rexpr 0 end
    for k = 2, #args do e = rexpr e + k * [args[k]] end end
    return e
  end)()]
end

local twice = regentlib.macro(function(x) return rexpr [x] + [x] end end)

task main()
  var n = 32
  var r = region(ispace(int1d, n), S)
  var rad = 3
  var inner = ispace(int1d, n - 2 * rad, rad)
  var coloring = c.legion_domain_point_coloring_create()
  c.legion_domain_point_coloring_color_domain(coloring, int1d(0), rect1d { rad, n - rad - 1 })
  var p0 = partition(disjoint, r, coloring, ispace(int1d, 1))
  c.legion_domain_point_coloring_destroy(coloring)
  var interior = p0[0]
  var p = partition(equal, interior, ispace(int1d, 4))
  init(r);
  [terralib.newlist({ 2, 4, 6 }):map(function(o)
    return rquote
      var halo_coloring = c.legion_domain_point_coloring_create()
      for k in p.colors do
        var b = p[k].bounds
        c.legion_domain_point_coloring_color_domain(halo_coloring, k, rect1d { b.lo - [o / 2], b.hi + [o / 2] })
      end
      var halo = partition(aliased, r, halo_coloring, p.colors)
      c.legion_domain_point_coloring_destroy(halo_coloring)
      __demand(__index_launch)
      for k in p.colors do [stencils[o]](p[k], halo[k], 0.5) end
      c.printf("order %d: %.3f\n", o, checksum(r))
    end
  end)]
  c.printf("%d %d\n", weighted(1, 2, 3, 4, 5), twice(21))
end
regentlib.start(main)

--[==[ OUTPUT
order 2: 379.750
order 4: 430.125
order 6: 446.917
55 42
]==]
