-- A star stencil of radius 2 over -n by -n points in -b by -b blocks, -r times, as in the Parallel Research Kernels:
-- the output collects the gradient of the input, then every input grows by one. Prints the seconds of each step but
-- the first and the mean output, which is 2 a step.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

local radius = 2

fspace point { input : double, output : double }

task initialize(tile : region(ispace(int2d), point))
where writes(tile) do
  for p in tile do
    tile[p].input = double(p.x) + double(p.y)
    tile[p].output = 0.0
  end
end

local function star(near, p)
  local sum = rexpr 0.0 end
  for d = 1, radius do
    local weight = 1.0 / (2 * d * radius)
    sum = rexpr
      sum + weight * (near[p + { d, 0 }].input - near[p - { d, 0 }].input)
          + weight * (near[p + { 0, d }].input - near[p - { 0, d }].input)
    end
  end
  return sum
end

task collect(inside : region(ispace(int2d), point), near : region(ispace(int2d), point))
where reads writes(inside.output), reads(near.input) do
  for p in inside do
    inside[p].output += [star(near, p)]
  end
end

task grow(tile : region(ispace(int2d), point))
where reads writes(tile.input) do
  for p in tile do
    tile[p].input += 1.0
  end
end

task sum(inside : region(ispace(int2d), point)) : double
where reads(inside.output) do
  var total = 0.0
  for p in inside do total += inside[p].output end
  return total
end

task around(box : rect2d) : rect2d
  return rect2d { box.lo - { radius, radius }, box.hi + { radius, radius } }
end

task inner_part(box : rect2d) : rect2d
  return rect2d { box.lo + { radius, radius }, box.hi - { radius, radius } }
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 1000)
  var blocks = bench.bench_option(args.argc, args.argv, "-b", 2)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 5)

  var grid = region(ispace(int2d, { n, n }), point)
  var colors = ispace(int2d, { blocks, blocks })
  var tiles = partition(equal, grid, colors)
  var near = image(grid, tiles, around)
  -- All points whose star lies in the grid, of each tile.
  var whole = partition(equal, grid, ispace(int2d, { 1, 1 }))
  var interior = image(grid, whole, inner_part)
  var inside = interior[{ 0, 0 }] & tiles

  __demand(__index_launch)
  for i in colors do initialize(tiles[i]) end
  for step = 0, steps do
    __fence(__execution, __block)
    var start = bench.bench_seconds()
    __demand(__index_launch)
    for i in colors do collect(inside[i], near[i]) end
    __demand(__index_launch)
    for i in colors do grow(tiles[i]) end
    __fence(__execution, __block)
    if step > 0 then bench.bench_report("seconds", bench.bench_seconds() - start) end
  end
  var total = 0.0
  for i in colors do total += sum(inside[i]) end
  var mean = total / ((n - 2 * radius) * (n - 2 * radius))
  regentlib.assert(mean > 2.0 * steps - 1e-8 and mean < 2.0 * steps + 1e-8, "wrong result")
  bench.bench_report("check", mean)
end

regentlib.start(main)
