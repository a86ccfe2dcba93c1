-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Integers of all sizes in kernels, beside literals and each other.
import "regent"

local c = regentlib.c

fspace cell { a : int64, b : uint64, c : int32, d : uint8, e : int64 }

__demand(__cuda)
task mix(r : region(ispace(int1d), cell))
where reads writes(r) do
  for i in r do
    r[i].a = max(int32(-2147483648LL), int64(1)) + min([int64](i), 3)
    r[i].b = max(uint64(7), min(r[i].b, uint64(18446744073709551615ULL)))
    r[i].c = max(r[i].c, -5) * 2 - min(3, int32([int64](i)))
    r[i].d = max(r[i].d, uint8(250)) + uint8(10)
    r[i].e = (r[i].a << 40) / 3 % 1000 + (int64(1) << 33)
  end
end

task main()
  var r = region(ispace(int1d, 8), cell)
  fill(r.{a, e}, 0)
  fill(r.b, 5)
  fill(r.c, -9)
  fill(r.d, 1)
  mix(r)
  for i in r do
    c.printf("%lld %llu %d %d %lld\n", r[i].a, r[i].b, r[i].c, int(r[i].d), r[i].e)
  end
end
regentlib.start(main)

--[==[ OUTPUT
1 7 -10 4 8589935517
2 7 -11 4 8589935442
3 7 -12 4 8589935368
4 7 -13 4 8589935293
4 7 -13 4 8589935293
4 7 -13 4 8589935293
4 7 -13 4 8589935293
4 7 -13 4 8589935293
]==]
