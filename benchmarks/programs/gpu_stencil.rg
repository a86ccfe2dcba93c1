-- Star stencils of radius 2 over -n by -n points, and over -m by -m by -m, from one field to the other and back, five
-- times -r steps each. Prints the seconds of a step, and sums of all points.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace point { a : double, b : double }

-- The tasks for one number of dimensions. `weights`: of the point itself, and of those at distances 1 and 2.
local function make(index, axes, weights)
  local function star(near, p, from)
    local sum = rexpr [weights[1]] * near[p].[from] end
    for axis = 1, axes do
      for d = 1, 2 do
        local by
        if axes == 2 then
          by = rexpr { [axis == 1 and d or 0], [axis == 2 and d or 0] } end
        else
          by = rexpr { [axis == 1 and d or 0], [axis == 2 and d or 0], [axis == 3 and d or 0] } end
        end
        sum = rexpr sum + [weights[d + 1]] * (near[p + by].[from] + near[p - by].[from]) end
      end
    end
    return sum
  end

  local function step(from, to)
    local __demand(__cuda)
    task step(inside : region(ispace(index), point), near : region(ispace(index), point))
    where writes(inside.[to]), reads(near.[from]) do
      for p in inside do inside[p].[to] = [star(near, p, from)] end
    end
    return step
  end

  local __demand(__cuda)
  task sum(r : region(ispace(index), point)) : double
  where reads(r) do
    var total = 0.0
    for p in r do total += r[p].a + 2.0 * r[p].b end
    return total
  end
  return step("a", "b"), step("b", "a"), sum
end

local there2, back2, sum2 = make(int2d, 2, { 0.6, 0.08, 0.02 })
local there3, back3, sum3 = make(int3d, 3, { 0.64, 0.05, 0.01 })

__demand(__cuda)
task start2(r : region(ispace(int2d), point))
where writes(r) do
  for p in r do
    var value = 0.1 * ((3 * p.x + 5 * p.y) % 11)
    r[p].a = value
    r[p].b = value
  end
end

__demand(__cuda)
task start3(r : region(ispace(int3d), point))
where writes(r) do
  for p in r do
    var value = 0.1 * ((3 * p.x + 5 * p.y + 7 * p.z) % 11)
    r[p].a = value
    r[p].b = value
  end
end

task inner2(box : rect2d) : rect2d
  return rect2d { box.lo + { 2, 2 }, box.hi - { 2, 2 } }
end
task inner3(box : rect3d) : rect3d
  return rect3d { box.lo + { 2, 2, 2 }, box.hi - { 2, 2, 2 } }
end

task flat(n : int64, steps : int64)
  var grid = region(ispace(int2d, { n, n }), point)
  var whole = partition(equal, grid, ispace(int2d, { 1, 1 }))
  var interior = image(grid, whole, inner2)
  var inside = interior[{ 0, 0 }]
  start2(grid)
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, steps do
      there2(inside, grid)
      back2(inside, grid)
    end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("flat", (bench.bench_seconds() - begin) / (2 * steps)) end
  end
  bench.bench_report("check", sum2(grid))
end

task solid(n : int64, steps : int64)
  var grid = region(ispace(int3d, { n, n, n }), point)
  var whole = partition(equal, grid, ispace(int3d, { 1, 1, 1 }))
  var interior = image(grid, whole, inner3)
  var inside = interior[{ 0, 0, 0 }]
  start3(grid)
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, steps do
      there3(inside, grid)
      back3(inside, grid)
    end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("solid", (bench.bench_seconds() - begin) / (2 * steps)) end
  end
  bench.bench_report("check3", sum3(grid))
end

task main()
  var args = c.legion_runtime_get_input_args()
  var steps = bench.bench_option(args.argc, args.argv, "-r", 1)
  flat(bench.bench_option(args.argc, args.argv, "-n", 40), steps)
  solid(bench.bench_option(args.argc, args.argv, "-m", 12), steps)
end

regentlib.start(main)
