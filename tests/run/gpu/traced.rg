-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Traces whose tasks all run on a device: executions are launched as graphs, and what stands between them counts.
import "regent"

local c = regentlib.c

fspace cell { a : double, b : double }

__demand(__cuda)
task start(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].a = [int64](i) % 5
    r[i].b = 0.0
  end
end

__demand(__cuda)
task there(own : region(ispace(int1d), cell), near : region(ispace(int1d), cell), total : int64)
where writes(own.b), reads(near.a) do
  for i in own do
    var k = [int64](i)
    own[i].b = 0.25 * (near[max(k - 1, 0)].a + near[min(k + 1, total - 1)].a) + 0.5 * near[k].a
  end
end

-- Two kernels, and an argument.
__demand(__cuda)
task back(own : region(ispace(int1d), cell), added : double, rounds : int)
where reads writes(own.a), reads(own.b) do
  for k = 0, rounds do
    for i in own do own[i].a = 0.5 * (own[i].b + own[i].a) + added end
  end
end

__demand(__cuda)
task sum(r : region(ispace(int1d), cell)) : double
where reads(r) do
  var total = 0.0
  for i in r do total += r[i].a + 3.0 * r[i].b end
  return total
end

task on_host(r : region(ispace(int1d), cell))
where reads writes(r.a) do
  for i in r do r[i].a += 1.0 end
end

task main()
  var n = 64
  var r = region(ispace(int1d, n), cell)
  var colors = ispace(int1d, 4)
  var own = partition(equal, r, colors)
  start(r)
  for batch = 0, 3 do
    var added = 0.5
    if batch > 0 then added = 0.25 end
    __demand(__trace)
    for k = 0, 16 do
      __demand(__index_launch)
      for i in colors do there(own[i], r, n) end
      __demand(__index_launch)
      for i in colors do back(own[i], added, 2) end
    end
    on_host(r)
    c.printf("%.3f\n", sum(r))
  end
end
regentlib.start(main)

--[==[ OUTPUT
3496.000
5360.000
7152.000
]==]
