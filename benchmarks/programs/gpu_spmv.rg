-- y = A x for the five-point Laplacian of a -n by -n grid in compressed rows, five times -r times. Prints the seconds of a
-- product, and a sum of its result.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace row { first : int32, last : int32, x : double, y : double }
fspace entry { column : int32, value : double }

-- Rows have five entries, those outside of the grid with value 0 on the diagonal.
__demand(__cuda)
task start(rows : region(ispace(int1d), row), entries : region(ispace(int1d), entry), n : int64)
where writes(rows) do
  for i in rows do
    var k = [int64](i)
    rows[i].first = 5 * k
    rows[i].last = 5 * k + 4
    rows[i].x = 1.0 + k % 7
    rows[i].y = 0.0
  end
end

__demand(__cuda)
task fill_entries(entries : region(ispace(int1d), entry), n : int64)
where writes(entries) do
  for e in entries do
    var k = [int64](e)
    var row = k / 5
    var which = k % 5
    var x = row % n
    var y = row / n
    var column = row
    if which == 0 and y > 0 then column = row - n end
    if which == 1 and x > 0 then column = row - 1 end
    if which == 3 and x < n - 1 then column = row + 1 end
    if which == 4 and y < n - 1 then column = row + n end
    var value = -1.0
    if which == 2 then
      value = 4.0
    elseif column == row then
      value = 0.0
    end
    entries[e].column = column
    entries[e].value = value
  end
end

__demand(__cuda)
task multiply(rows : region(ispace(int1d), row), entries : region(ispace(int1d), entry))
where reads(rows.{first, last, x}, entries), reads writes(rows.y) do
  for i in rows do
    var sum = 0.0
    for k = rows[i].first, rows[i].last + 1 do
      sum += entries[k].value * rows[entries[k].column].x
    end
    rows[i].y = sum
  end
end

__demand(__cuda)
task sum(rows : region(ispace(int1d), row)) : double
where reads(rows.y) do
  var total = 0.0
  for i in rows do total += rows[i].y * (1.0 + [int64](i) % 3) end
  return total
end

task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 30)
  var repetitions = bench.bench_option(args.argc, args.argv, "-r", 2)
  var rows = region(ispace(int1d, n * n), row)
  var entries = region(ispace(int1d, 5 * n * n), entry)
  start(rows, entries, n)
  fill_entries(entries, n)
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, repetitions do multiply(rows, entries) end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("spmv", (bench.bench_seconds() - begin) / repetitions) end
  end
  bench.bench_report("check", sum(rows))
end

regentlib.start(main)
