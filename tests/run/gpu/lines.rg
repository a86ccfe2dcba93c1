-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- A line so long that a thread of a device computes several points: of whole tiles, of a part of one, and none.
import "regent"

local c = regentlib.c

__demand(__cuda)
task start(r : region(ispace(int1d), int))
where writes(r) do
  for i in r do r[i] = 3 * [int](i) + 1 end
end

__demand(__cuda)
task sum_of(r : region(ispace(int1d), int))
where reads(r) do
  var sum : int64 = 0
  for i in r do sum += r[i] end
  return sum
end

task check(r : region(ispace(int1d), int), lo : int64, count : int64)
where reads(r) do
  for k = 0, count do regentlib.assert(r[lo + k] == 3 * (lo + k) + 1, "a point") end
end

task main()
  var lo : int64, count : int64 = -1000000, 1048576 + 777
  var r = region(ispace(int1d, count, lo), int)
  start(r)
  var sum = sum_of(r)
  regentlib.assert(sum == 3 * (lo * count + count * (count - 1) / 2) + count, "the sum")
  check(r, lo, count)
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
