-- ARGS: --gpu=simulated
-- FLAGS: -fbounds-checks 1
-- EXIT: 1
-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- A kernel that leaves its region says where, with the index.
import "regent"

__demand(__cuda)
task shift(r : region(ispace(int2d), int), s : region(ispace(int2d), int))
where reads(s), writes(r) do
  for i in r do
    var k = i + { 0, 1 }
    r[i] = s[k]
  end
end

task main()
  var r = region(ispace(int2d, { 4, 4 }), int)
  var s = region(ispace(int2d, { 4, 4 }), int)
  fill(s, 1)
  shift(r, s)
end
regentlib.start(main)

--[==[ STDERR
bounds.rg:13: pointer int2d(int32, $s) is out-of-bounds (task `shift`, index {0, 4})
]==]
