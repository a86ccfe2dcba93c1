-- RUN: check
import "regent"

task main()
  var r = region(ispace(int1d, 3), int)
  var grid = region(ispace(int2d, { 3, 3 }), int)
  r[{ 1, 2 }] = 1
  grid[1] = 2
  r[true] = 3
  var p = partition(equal, grid, ispace(int2d, { 3, 1 }))
  var s = p[0]
end
