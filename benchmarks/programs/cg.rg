-- Conjugate gradients on the five-point Laplacian of a -n by -n grid in compressed rows, -b pieces, -r steps. The right
-- side is the matrix times ones. Prints the seconds of all steps but the first three, those of the products of
-- matrix and vector alone, and the squared norm of the residual, which is compared with the residual computed anew.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace row {
  -- The entries of the row, for partitions and for loops.
  range : rect1d,
  first : int32, last : int32,
  x : double, r : double, p : double, q : double,
}
fspace entry { to : int1d, column : int32, value : double }

-- Rows have five entries, those outside of the grid with value 0 on the diagonal.
task initialize(rows : region(ispace(int1d), row), entries : region(ispace(int1d), entry), n : int64)
where writes(rows, entries) do
  for i in rows do
    var row = int64(i)
    var gx = row % n
    var gy = row / n
    var first = 5 * row
    rows[i].range = rect1d { int1d(first), int1d(first + 4) }
    rows[i].first = int32(first)
    rows[i].last = int32(first + 4)
    var columns : int64[5]
    columns[0] = row
    columns[1] = row
    columns[2] = row
    columns[3] = row
    columns[4] = row
    if gy > 0 then columns[0] = row - n end
    if gx > 0 then columns[1] = row - 1 end
    if gx < n - 1 then columns[3] = row + 1 end
    if gy < n - 1 then columns[4] = row + n end
    var sum = 0.0
    for k = 0, 5 do
      var value = -1.0
      if k == 2 then
        value = 4.0
      elseif columns[k] == row then
        value = 0.0
      end
      sum += value
      entries[first + k].to = int1d(columns[k])
      entries[first + k].column = int32(columns[k])
      entries[first + k].value = value
    end
    rows[i].x = 0.0
    rows[i].r = sum
    rows[i].p = sum
    rows[i].q = 0.0
  end
end

-- q = A p; the piece's part of p * q.
task multiply(rows : region(ispace(int1d), row), entries : region(ispace(int1d), entry), near : region(ispace(int1d), row)) : double
where reads(rows.{first, last, p}, entries.{column, value}, near.p), writes(rows.q) do
  var dot = 0.0
  for i in rows do
    var sum = 0.0
    for k = rows[i].first, rows[i].last + 1 do
      sum += entries[k].value * near[entries[k].column].p
    end
    rows[i].q = sum
    dot += sum * rows[i].p
  end
  return dot
end

task square(rows : region(ispace(int1d), row)) : double
where reads(rows.r) do
  var dot = 0.0
  for i in rows do dot += rows[i].r * rows[i].r end
  return dot
end

task move(rows : region(ispace(int1d), row), alpha : double) : double
where reads(rows.{p, q}), reads writes(rows.{x, r}) do
  var dot = 0.0
  for i in rows do
    rows[i].x += alpha * rows[i].p
    var r = rows[i].r - alpha * rows[i].q
    rows[i].r = r
    dot += r * r
  end
  return dot
end

task turn(rows : region(ispace(int1d), row), beta : double)
where reads(rows.r), reads writes(rows.p) do
  for i in rows do
    rows[i].p = rows[i].r + beta * rows[i].p
  end
end

-- The squared norm of the right side less A x.
task residual(rows : region(ispace(int1d), row), entries : region(ispace(int1d), entry), all : region(ispace(int1d), row)) : double
where reads(rows.{first, last}, entries.{column, value}, all.x) do
  var dot = 0.0
  for i in rows do
    var sum = 0.0
    for k = rows[i].first, rows[i].last + 1 do
      sum += entries[k].value * (1.0 - all[entries[k].column].x)
    end
    dot += sum * sum
  end
  return dot
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 100)
  var pieces = bench.bench_option(args.argc, args.argv, "-b", 2)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 20)

  var rows = region(ispace(int1d, n * n), row)
  var entries = region(ispace(int1d, 5 * n * n), entry)
  var colors = ispace(int1d, pieces)
  var own = partition(equal, rows, colors)
  var own_entries = partition(equal, entries, colors)
  __demand(__index_launch)
  for i in colors do initialize(own[i], own_entries[i], n) end
  var of_rows = image(entries, own, rows.range)
  var near = image(rows, of_rows, entries.to)

  var rr = 0.0
  __demand(__index_launch)
  for i in colors do rr += square(own[i]) end
  var start = 0.0
  for step = 0, steps do
    if step == 3 then
      __fence(__execution, __block)
      start = bench.bench_seconds()
    end
    var pq = 0.0
    __demand(__index_launch)
    for i in colors do pq += multiply(own[i], of_rows[i], near[i]) end
    var alpha = rr / pq
    var next = 0.0
    __demand(__index_launch)
    for i in colors do next += move(own[i], alpha) end
    var beta = next / rr
    __demand(__index_launch)
    for i in colors do turn(own[i], beta) end
    rr = next
  end
  __fence(__execution, __block)
  bench.bench_report("seconds", (bench.bench_seconds() - start) / (steps - 3))

  var products = 10
  var dot = 0.0
  var product_start = bench.bench_seconds()
  for k = 0, products do
    __demand(__index_launch)
    for i in colors do dot += multiply(own[i], of_rows[i], near[i]) end
  end
  __fence(__execution, __block)
  bench.bench_report("product", (bench.bench_seconds() - product_start) / products)

  var real = 0.0
  for i in colors do real += residual(own[i], of_rows[i], rows) end
  regentlib.assert(rr > 0.0 and real < rr * (1.0 + 1e-6) and real > rr * (1.0 - 1e-6), "wrong residual")
  bench.bench_report("check", rr)
end

regentlib.start(main)
