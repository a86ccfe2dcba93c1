-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- `__parallel_prefix` on the device, in both directions and with all operators.
import "regent"

local c = regentlib.c

fspace cell { a : int64, b : int64, x : double, y : double }

__demand(__cuda)
task scan(r : region(ispace(int1d), cell), direction : int)
where reads writes(r) do
  for i in r do r[i].a = [int64](i) + 1 end
  __parallel_prefix(r.b, r.a, +, direction)
  __parallel_prefix(r.y, r.x, max, direction)
end

task main()
  var r = region(ispace(int1d, 3000), cell)
  for i in r do r[i].x = ([int64](i) * 37) % 1000 end
  scan(r, 1)
  var sum : int64, most : double = 0, -1
  for i in r do
    sum += r[i].a
    most max= r[i].x
    regentlib.assert(r[i].b == sum and r[i].y == most, "forwards")
  end
  scan(r, -1)
  sum = 0
  for k = 0, 3000 do
    var i = int1d(2999 - k)
    sum += r[i].a
    regentlib.assert(r[i].b == sum, "backwards")
  end
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
