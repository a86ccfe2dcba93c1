-- C += A B, -n by -n, in -b by -b tiles, with BLAS (OpenBLAS on one thread) for the tiles, -r times. Prints the seconds of
-- each repetition but the first; some elements of the result are computed anew.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })
local tiles = require("blas")

fspace element { value : double }

task initialize(a : region(ispace(int2d), element), b : region(ispace(int2d), element), r : region(ispace(int2d), element), n : int64)
where writes(a, b, r) do
  for p in a do
    var seed = 2 * (int64(p.y) * n + p.x)
    a[p].value = bench.bench_random_real(seed)
    b[p].value = bench.bench_random_real(seed + 1)
    r[p].value = 0.0
  end
end

task multiply(a : region(ispace(int2d), element), b : region(ispace(int2d), element), r : region(ispace(int2d), element))
where reads(a, b), reads writes(r) do
  tiles.multiply(a.bounds, __physical(a.value)[0], __fields(a.value)[0], b.bounds, __physical(b.value)[0], __fields(b.value)[0],
                 r.bounds, __physical(r.value)[0], __fields(r.value)[0])
end

-- The sum of some elements; each must be `times` the product of a row and a column.
task check(a : region(ispace(int2d), element), b : region(ispace(int2d), element), r : region(ispace(int2d), element), n : int64, times : int64) : double
where reads(a, b, r) do
  var total = 0.0
  for s = 0, 16 do
    var x = bench.bench_random(1000 + s, n)
    var y = bench.bench_random(2000 + s, n)
    var expected = 0.0
    for k = 0, n do
      expected += a[{ x, k }].value * b[{ k, y }].value
    end
    var found = r[{ x, y }].value / times
    regentlib.assert(found > expected * (1.0 - 1e-10) and found < expected * (1.0 + 1e-10), "wrong product")
    total += found
  end
  return total
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 256)
  var blocks = bench.bench_option(args.argc, args.argv, "-b", 2)
  var repetitions = bench.bench_option(args.argc, args.argv, "-r", 3)

  var is = ispace(int2d, { n, n })
  var a = region(is, element)
  var b = region(is, element)
  var r = region(is, element)
  var colors = ispace(int2d, { blocks, blocks })
  var pa = partition(equal, a, colors)
  var pb = partition(equal, b, colors)
  var pr = partition(equal, r, colors)
  __demand(__index_launch)
  for i in colors do initialize(pa[i], pb[i], pr[i], n) end
  for repetition = 0, repetitions do
    __fence(__execution, __block)
    var start = bench.bench_seconds()
    for k = 0, blocks do
      __demand(__index_launch)
      for i in colors do
        multiply(pa[{ i.x, k }], pb[{ k, i.y }], pr[i])
      end
    end
    __fence(__execution, __block)
    if repetition > 0 then bench.bench_report("seconds", bench.bench_seconds() - start) end
  end
  bench.bench_report("check", check(a, b, r, n, repetitions))
end

regentlib.start(main)
