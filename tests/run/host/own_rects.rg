-- Rects of a program's own index type have corners with its names of coordinates.
import "regent"

local struct __row_first { y : int, x : int }
local row_first = regentlib.index_type(__row_first, "row_first")
local rect = regentlib.rect_type(row_first)

assert(regentlib.is_rect_type(rect) and rect == regentlib.rect_type(row_first))
assert(regentlib.rect_type(int2d) == rect2d)

task width(r : region(ispace(row_first), int)) : int
  var bounds = r.bounds
  return bounds.hi.x - bounds.lo.x + 1
end

task main()
  var r = region(ispace(row_first, { y = 2, x = 5 }), int)
  fill(r, 1)
  var bounds : rect = r.bounds
  regentlib.assert(bounds.hi.x == 4 and bounds.hi.y == 1, "the corner")
  var sum = 0
  for p in r.bounds do sum += r[p] end
  regentlib.c.printf("%d of %d\n", width(r), sum)
end
regentlib.start(main)

--[==[ OUTPUT
5 of 10
]==]
