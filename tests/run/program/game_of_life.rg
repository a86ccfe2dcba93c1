-- Game of life on a torus: wrapped indices, a while loop over results of tasks, early exit, bit operations.
import "regent"
local c = regentlib.c
local N, P = 24, 3

fspace cell { alive : uint8, next : uint8, history : uint32 }

local glider = { { 1, 0 }, { 2, 1 }, { 0, 2 }, { 1, 2 }, { 2, 2 } }
local blinker = { { 12, 12 }, { 13, 12 }, { 14, 12 } }

task plant(g : region(ispace(int2d), cell))
where writes(g) do
  for e in g do
    g[e].alive = 0
    g[e].next = 0
    g[e].history = 0
  end
  [terralib.newlist({ glider, blinker }):map(function(shape)
    return terralib.newlist(shape):map(function(at)
      return rquote g[{ [at[1] + 2], [at[2] + 2] }].alive = 1 end
    end)
  end):flatmap(function(x) return x end)]
end

task generation(g : region(ispace(int2d), cell), all : region(ispace(int2d), cell)) : int
where reads(all.alive), writes(g.next), reads writes(g.history) do
  var changes = 0
  var b = rect2d { { 0, 0 }, { N - 1, N - 1 } }
  for e in g do
    var n = 0
    for dy = -1, 2 do
      for dx = -1, 2 do
        if dx ~= 0 or dy ~= 0 then
          n += all[(e + { dx, dy } + { N, N }) % { N, N }].alive
        end
      end
    end
    var now = all[e].alive == 1
    var next = n == 3 or (now and n == 2)
    g[e].next = [uint8](next)
    g[e].history = (g[e].history << 1) or [uint32](next)
    if now ~= next then changes += 1 end
  end
  return changes
end

task accept_(g : region(ispace(int2d), cell))
where reads(g.next), writes(g.alive) do
  for e in g do g[e].alive = g[e].next end
end

task population(g : region(ispace(int2d), cell)) : int
where reads(g.alive) do
  var n = 0
  for e in g do n += g[e].alive end
  return n
end

task main()
  var g = region(ispace(int2d, { N, N }), cell)
  var p = partition(equal, g, ispace(int2d, { P, P }))
  plant(g)
  var gen, changes = 0, 1
  while changes > 0 and gen < 40 do
    changes = 0
    __demand(__index_launch)
    for k in p.colors do changes += generation(p[k], g) end
    __demand(__index_launch)
    for k in p.colors do accept_(p[k]) end
    gen += 1
    if gen == 30 then break end
  end
  var n = 0
  __demand(__index_launch)
  for k in p.colors do n += population(p[k]) end
  regentlib.assert(n == 8, "a glider and a blinker")
  var bits : uint64 = 0
  for e in g do bits = bits ^ ([uint64](g[e].history) << (int(e.x) % 32)) end
  c.printf("generation %d population %d changes %d history %llx\n", gen, n, changes, bits)
end
regentlib.start(main)

--[==[ OUTPUT
generation 30 population 8 changes 8 history fff92491200
]==]
