-- RUN: run
-- Index types of the program's own, and points and boxes as the C interface has them.
import "regent"
local c = regentlib.c

struct place { column : int, row : int }
local grid = index_type(place, "grid")
local line = index_type(int, "line")

task main()
  var sum = grid { column = 0, row = 0 }
  for g in ispace(grid, { column = 2, row = 3 }) do
    sum += g + { column = 10, row = 100 }
  end
  regentlib.assert(sum.column == 63 and sum.row == 606, "own components")
  var r = region(ispace(line, 3), int)
  for i in r do r[i] = int(i) end
  regentlib.assert(r[2] == 2, "one component")

  var p : c.legion_point_2d_t = int2d { 4, 5 }
  regentlib.assert(p.x[0] == 4 and int2d(p) == int2d { 4, 5 }, "point")
  var d : c.legion_domain_point_t = int3d { 1, 2, 3 }
  regentlib.assert(d.dim == 3 and int3d(d) == int3d { 1, 2, 3 }, "domain point")
  var box : c.legion_rect_2d_t = rect2d { { 1, 2 }, { 3, 4 } }
  var back : rect2d = box
  regentlib.assert(back.hi == int2d { 3, 4 }, "box")
  regentlib.assert((int2d { 7, 8 }):to_domain_point().point_data[1] == 8, "method")
  var s = region(ispace(ptr, 3), int)
  regentlib.assert(__raw(dynamic_cast(ptr(int, s), 2)).value == 2, "raw pointer")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
