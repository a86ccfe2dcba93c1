-- C code asks at which point of a loop a task was launched.
import "regent"

local c = regentlib.c

task at(i : int)
  var point = int1d(c.legion_task_get_index_point(__task()))
  regentlib.assert(point == int1d(i), "a number")
end

task at_2d(i : int2d)
  var point = c.legion_task_get_index_point(__task())
  regentlib.assert(point.dim == 2 and int2d(point) == i, "a point")
end

task nowhere()
  regentlib.assert(c.legion_task_get_index_point(__task()).dim == 0, "in no loop")
end

task at_2d_once(i : int)
  for k in ispace(int2d, { 1, 1 }, { i, 3 }) do at_2d(k) end
end

task outer(i : int)
  nowhere()
  for k = 5, 7 do at(k) end
  at_2d_once(i)
end

task main()
  nowhere()
  for i = 1, 4 do at(i) end
  __forbid(__index_launch)
  for i = 1, 4 do at(i) end
  __demand(__index_launch)
  for i in ispace(int2d, { 3, 2 }, { 1, 5 }) do at_2d(i) end
  __forbid(__index_launch)
  for i in ispace(int2d, { 3, 2 }, { 1, 5 }) do at_2d(i) end
  for i = 0, 3 do outer(i) end
  c.printf("at their points\n")
end
regentlib.start(main)

--[==[ OUTPUT
at their points
]==]
