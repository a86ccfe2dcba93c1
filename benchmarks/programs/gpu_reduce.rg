-- Sums, dot products and prefix sums of -n elements, five times -r times each. Prints the seconds of each, and results.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace element { x : double, y : double, a : int64, b : int64 }

__demand(__cuda)
task start(r : region(ispace(int1d), element))
where writes(r) do
  for i in r do
    var k = [int64](i)
    r[i].x = 0.001 * (k % 1000)
    r[i].y = 0.5 + (k % 3)
    r[i].a = k % 10
    r[i].b = 0
  end
end

__demand(__cuda)
task sum(r : region(ispace(int1d), element)) : double
where reads(r.x) do
  var total = 0.0
  for i in r do total += r[i].x end
  return total
end

__demand(__cuda)
task dot(r : region(ispace(int1d), element)) : double
where reads(r.{x, y}) do
  var total = 0.0
  for i in r do total += r[i].x * r[i].y end
  return total
end

__demand(__cuda)
task scan(r : region(ispace(int1d), element))
where reads(r.a), reads writes(r.b) do
  __parallel_prefix(r.b, r.a, +, 1)
end

__demand(__cuda)
task sum_of_scan(r : region(ispace(int1d), element)) : int64
where reads(r.b) do
  var total : int64 = 0
  for i in r do total += r[i].b * ([int64](i) % 3) end
  return total
end

task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 5000)
  var repetitions = bench.bench_option(args.argc, args.argv, "-r", 2)
  var r = region(ispace(int1d, n), element)
  start(r)
  var total = 0.0
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, repetitions do total += sum(r) end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("sum", (bench.bench_seconds() - begin) / repetitions) end
    begin = bench.bench_seconds()
    for k = 0, repetitions do total += dot(r) end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("dot", (bench.bench_seconds() - begin) / repetitions) end
    begin = bench.bench_seconds()
    for k = 0, repetitions do scan(r) end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("scan", (bench.bench_seconds() - begin) / repetitions) end
  end
  bench.bench_report("check", total)
  bench.bench_report("check_scan", double(sum_of_scan(r)))
end

regentlib.start(main)
