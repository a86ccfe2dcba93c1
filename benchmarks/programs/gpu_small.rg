-- Small kernels: -c chains of -s tasks a step, each of -w rounds over -n elements, five times -r steps; then, for METG, a
-- grid of four columns and -g rows in which each task reads what it and its neighbours wrote, with tasks of -t rounds
-- at most, halved as long as there are any. Prints the seconds of a step, `size ROUNDS SECONDS_A_TASK` of each size, and
-- sums.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace element { x : double }
fspace cell { a : double, b : double }

__demand(__cuda)
task start(r : region(ispace(int1d), element))
where writes(r) do
  for i in r do r[i].x = 1.0 + [int64](i) % 3 end
end

__demand(__cuda)
task work(r : region(ispace(int1d), element), rounds : int64)
where reads writes(r) do
  for i in r do
    var x = r[i].x
    for k = 0, rounds do x = x * 0.999 + 0.001 end
    r[i].x = x
  end
end

__demand(__cuda)
task sum(r : region(ispace(int1d), element)) : double
where reads(r) do
  var total = 0.0
  for i in r do total += r[i].x end
  return total
end

__demand(__cuda)
task start_cells(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].a = 1.0 + [int64](i) % 5
    r[i].b = 0.0
  end
end

-- `length`: of a column. Elements at the rim have themselves for neighbours.
local function turn(from, to)
  local __demand(__cuda)
  task turn(own : region(ispace(int1d), cell), near : region(ispace(int1d), cell), length : int64, total : int64,
            rounds : int64)
  where writes(own.[to]), reads(near.[from]) do
    for i in own do
      var k = [int64](i)
      var left = k - length
      var right = k + length
      if left < 0 then left = k end
      if right >= total then right = k end
      var x = 0.5 * near[k].[from] + 0.25 * (near[left].[from] + near[right].[from])
      for s = 0, rounds do x = x * 0.999 + 0.001 end
      own[i].[to] = x
    end
  end
  return turn
end
local there, back = turn("a", "b"), turn("b", "a")

__demand(__cuda)
task sum_cells(r : region(ispace(int1d), cell)) : double
where reads(r) do
  var total = 0.0
  for i in r do total += r[i].a + 2.0 * r[i].b end
  return total
end

task chains(count : int64, length : int64, elements : int64, rounds : int64, steps : int64)
  var r = region(ispace(int1d, count * elements), element)
  var colors = ispace(int1d, count)
  var own = partition(equal, r, colors)
  __demand(__index_launch)
  for i in colors do start(own[i]) end
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    __demand(__trace)
    for step = 0, steps do
      for k = 0, length do
        __demand(__index_launch)
        for i in colors do work(own[i], rounds) end
      end
    end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("step", (bench.bench_seconds() - begin) / steps) end
  end
  bench.bench_report("check", sum(r))
end

task grid(rows : int64, length : int64, most_rounds : int64)
  var columns = 4
  var total = columns * length
  var r = region(ispace(int1d, total), cell)
  var colors = ispace(int1d, columns)
  var own = partition(equal, r, colors)
  var boxes = region(colors, rect1d)
  for i in colors do
    boxes[i] = rect1d { int1d(max(0, ([int64](i) - 1) * length)), int1d(min(total, ([int64](i) + 2) * length) - 1) }
  end
  var of_boxes = partition(equal, boxes, colors)
  var near = image(r, of_boxes, boxes)
  start_cells(r)
  var rounds = most_rounds
  while rounds > 0 do
    var seconds = 1e30
    for batch = 0, 3 do
      __fence(__execution, __block)
      var begin = bench.bench_seconds()
      __demand(__trace)
      for k = 0, rows / 2 do
        __demand(__index_launch)
        for i in colors do there(own[i], near[i], length, total, rounds) end
        __demand(__index_launch)
        for i in colors do back(own[i], near[i], length, total, rounds) end
      end
      __fence(__execution, __block)
      seconds min= (bench.bench_seconds() - begin) / (columns * (rows / 2) * 2)
    end
    c.printf("size %lld %.9g\n", rounds, seconds)
    rounds = rounds / 2
  end
  bench.bench_report("check_grid", sum_cells(r))
end

task main()
  var args = c.legion_runtime_get_input_args()
  var elements = bench.bench_option(args.argc, args.argv, "-n", 100)
  chains(bench.bench_option(args.argc, args.argv, "-c", 3), bench.bench_option(args.argc, args.argv, "-s", 4), elements,
         bench.bench_option(args.argc, args.argv, "-w", 5), bench.bench_option(args.argc, args.argv, "-r", 2))
  grid(bench.bench_option(args.argc, args.argv, "-g", 4), elements, bench.bench_option(args.argc, args.argv, "-t", 4))
end

regentlib.start(main)
