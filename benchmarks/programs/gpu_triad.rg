-- y += a x, then z = x + a y, over -n elements, five times -r times each. Prints the seconds of each, and a sum of all.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace element { x : double, y : double, z : double }

__demand(__cuda)
task start(r : region(ispace(int1d), element))
where writes(r) do
  for i in r do
    r[i].x = 1.0 + 0.5 * ([int64](i) % 7)
    r[i].y = [int64](i) % 5
    r[i].z = 0.0
  end
end

__demand(__cuda)
task saxpy(r : region(ispace(int1d), element), a : double)
where reads(r.x), reads writes(r.y) do
  for i in r do r[i].y += a * r[i].x end
end

__demand(__cuda)
task triad(r : region(ispace(int1d), element), a : double)
where reads(r.{x, y}), writes(r.z) do
  for i in r do r[i].z = r[i].x + a * r[i].y end
end

__demand(__cuda)
task sum(r : region(ispace(int1d), element)) : double
where reads(r.{y, z}) do
  var total = 0.0
  for i in r do total += r[i].y + 2.0 * r[i].z end
  return total
end

task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 1000)
  var repetitions = bench.bench_option(args.argc, args.argv, "-r", 2)
  var r = region(ispace(int1d, n), element)
  start(r)
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, repetitions do saxpy(r, 0.001) end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("saxpy", (bench.bench_seconds() - begin) / repetitions) end
    begin = bench.bench_seconds()
    for k = 0, repetitions do triad(r, 0.5) end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("triad", (bench.bench_seconds() - begin) / repetitions) end
  end
  bench.bench_report("check", sum(r))
end

regentlib.start(main)
