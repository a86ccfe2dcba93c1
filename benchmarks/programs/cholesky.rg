-- The Cholesky factor of a symmetric -n by -n matrix, in -b by -b tiles, with BLAS (OpenBLAS on one thread) for the tiles,
-- -r times. Prints the seconds of each repetition but the first, and the sum of the logarithms of the factor's diagonal.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })
local tiles = require("blas")
local log = regentlib.log(double)

fspace element { value : double }

-- Random below the diagonal; the diagonal outweighs the rest, so that there is a factor.
task initialize(a : region(ispace(int2d), element), n : int64)
where writes(a) do
  for p in a do
    var row = max(int64(p.x), int64(p.y))
    var column = min(int64(p.x), int64(p.y))
    var value = bench.bench_random_real(row * n + column)
    if row == column then value += n end
    a[p].value = value
  end
end

task factor(a : region(ispace(int2d), element))
where reads writes(a) do
  regentlib.assert(tiles.factor(a.bounds, __physical(a.value)[0], __fields(a.value)[0]) == 0, "the matrix has no factor")
end

task solve(l : region(ispace(int2d), element), b : region(ispace(int2d), element))
where reads(l), reads writes(b) do
  tiles.solve(l.bounds, __physical(l.value)[0], __fields(l.value)[0], b.bounds, __physical(b.value)[0], __fields(b.value)[0])
end

task subtract_square(a : region(ispace(int2d), element), r : region(ispace(int2d), element))
where reads(a), reads writes(r) do
  tiles.subtract_square(a.bounds, __physical(a.value)[0], __fields(a.value)[0], r.bounds, __physical(r.value)[0], __fields(r.value)[0])
end

task subtract(a : region(ispace(int2d), element), b : region(ispace(int2d), element), r : region(ispace(int2d), element))
where reads(a, b), reads writes(r) do
  tiles.subtract(a.bounds, __physical(a.value)[0], __fields(a.value)[0], b.bounds, __physical(b.value)[0], __fields(b.value)[0],
                 r.bounds, __physical(r.value)[0], __fields(r.value)[0])
end

task logarithms(a : region(ispace(int2d), element)) : double
where reads(a) do
  var sum = 0.0
  for i = int64(a.bounds.lo.x), int64(a.bounds.hi.x) + 1 do
    sum += log(a[{ i, i }].value)
  end
  return sum
end

-- Some elements of the matrix are the product of two rows of the factor.
task check(a : region(ispace(int2d), element), n : int64)
where reads(a) do
  for s = 0, 16 do
    var row = bench.bench_random(1000 + s, n)
    var column = bench.bench_random(2000 + s, row + 1)
    var found = 0.0
    for k = 0, column + 1 do found += a[{ row, k }].value * a[{ column, k }].value end
    var expected = bench.bench_random_real(row * n + column)
    if row == column then expected += n end
    regentlib.assert(found > expected - 1e-9 * n and found < expected + 1e-9 * n, "wrong factor")
  end
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 256)
  var blocks = bench.bench_option(args.argc, args.argv, "-b", 4)
  var repetitions = bench.bench_option(args.argc, args.argv, "-r", 3)

  var a = region(ispace(int2d, { n, n }), element)
  var colors = ispace(int2d, { blocks, blocks })
  var pa = partition(equal, a, colors)
  for repetition = 0, repetitions do
    __demand(__index_launch)
    for i in colors do initialize(pa[i], n) end
    __fence(__execution, __block)
    var start = bench.bench_seconds()
    for k = 0, blocks do
      factor(pa[{ k, k }])
      __demand(__index_launch)
      for i = k + 1, blocks do solve(pa[{ k, k }], pa[{ i, k }]) end
      for i = k + 1, blocks do
        subtract_square(pa[{ i, k }], pa[{ i, i }])
        for j = i + 1, blocks do
          subtract(pa[{ j, k }], pa[{ i, k }], pa[{ j, i }])
        end
      end
    end
    __fence(__execution, __block)
    if repetition > 0 then bench.bench_report("seconds", bench.bench_seconds() - start) end
  end
  var sum = 0.0
  for k = 0, blocks do sum += logarithms(pa[{ k, k }]) end
  check(a, n)
  bench.bench_report("check", sum)
end

regentlib.start(main)
