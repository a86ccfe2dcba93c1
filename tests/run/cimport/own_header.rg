-- A header beside the program: functions, structs, enumerators, typedefs and constant macros.
import "regent"

local c = regentlib.c
local shapes = terralib.includec("shapes.h", { "-I." })

assert(shapes.SHAPES_SIDES == 4)

task area_of(box : shapes.shape_box) : double
  return shapes.shape_area(box)
end

task main()
  var box : shapes.shape_box
  box.lo.x = 1.0
  box.lo.y = 2.0
  box.hi.x = 4.0
  box.hi.y = 4.0
  box.id = 9
  regentlib.assert(area_of(box) == 6.0, "a struct of C as an argument")
  shapes.shape_move(&box, 10.0)
  regentlib.assert(box.lo.x == 11.0 and box.hi.x == 14.0, "a pointer to a variable")
  var center = shapes.shape_center(&box)
  regentlib.assert(center.x == 12.5 and center.y == 3.0, "a struct as a result")
  regentlib.assert(shapes.SHAPES_SIDES + 1 == 5, "a constant")
  regentlib.assert(shapes.SHAPES_MASK == 32, "a constant expression")
  regentlib.assert(shapes.SHAPES_HALF == 0.5, "a floating-point constant")
  regentlib.assert(shapes.SHAPE_RED == 0 and shapes.SHAPE_GREEN == 5 and shapes.SHAPE_BLUE == 6, "enumerators")
  regentlib.assert(shapes.shape_next(41) == 42, "a typedef")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
