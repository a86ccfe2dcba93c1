-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- What tasks in a trace read from the host may be another thing in each execution, so their kernels are no graph.
import "regent"
local c = regentlib.c

local shared = global(int, 0)
local terra set(value : int) shared = value end

fspace cell { x : int, y : int }

__demand(__cuda)
task add_shared(r : region(ispace(int1d), cell))
where reads writes(r.x) do
  var value = shared
  for p in r do r[p].x += value end
end

__demand(__cuda)
task add_pointed(r : region(ispace(int1d), cell), pointer : &int)
where reads writes(r.y) do
  var value = @pointer
  for p in r do r[p].y += value end
end

task check(r : region(ispace(int1d), cell))
where reads(r) do
  for p in r do
    c.printf("%d %d\n", r[p].x, r[p].y)
  end
end

task main()
  var r = region(ispace(int1d, 2), cell)
  var pieces = partition(equal, r, ispace(int1d, 2))
  var pointer = [&int](c.malloc(4))
  fill(r.{x, y}, 0)
  for k = 0, 20 do
    __fence(__execution, __block)
    set(k)
    @pointer = 2 * k
    __demand(__trace)
    do
      for j = 0, 2 do
        add_shared(pieces[j])
        add_pointed(pieces[j], pointer)
      end
    end
  end
  check(r)
  __fence(__execution, __block)
  c.free(pointer)
end
regentlib.start(main)

--[==[ OUTPUT
190 380
190 380
]==]
