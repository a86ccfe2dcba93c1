-- SKIP: no_leaf_inner: a task for a GPU must be a leaf
-- A scan is a kernel of its own: a task for a GPU may have it beside its loops.
import "regent"

fspace cell { given : int, sum : int }

__demand(__cuda)
task scan(r : region(ispace(int1d), cell))
where reads(r.given), reads writes(r.sum) do
  for p in r do r[p].sum = 0 end
  __parallel_prefix(r.sum, r.given, +, 1)
end

task main()
  var r = region(ispace(int1d, 10), cell)
  fill(r.given, 2)
  fill(r.sum, -1)
  scan(r)
  for p in r do regentlib.assert(r[p].sum == 2 * (int(p) + 1), "a wrong sum") end
  regentlib.c.printf("scanned\n")
end
regentlib.start(main)

--[==[ OUTPUT
scanned
]==]
