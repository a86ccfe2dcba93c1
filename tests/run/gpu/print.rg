-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- `printf` of kernels.
import "regent"

local c = regentlib.c

__demand(__cuda)
task show(r : region(ispace(int1d), double))
where reads(r) do
  for i in r do c.printf("%s %lld: %.2f\n", "element", [int64](i), r[i]) end
end

task main()
  var r = region(ispace(int1d, 3), double)
  fill(r, 1.5)
  show(r)
end
regentlib.start(main)

--[==[ OUTPUT
element 0: 1.50
element 1: 1.50
element 2: 1.50
]==]
