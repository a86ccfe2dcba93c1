-- RUN: check
import "regent"

task main()
  var r = region(ispace(int1d, 3), int)
  var grid = region(ispace(int2d, { 3, 3 }), int)
  r[{ 1, 2 }] = 1
  grid[1] = 2
--     ^ ERROR: type mismatch: expected int2d but got int32
  r[true] = 3
--  ^~~~ ERROR: type mismatch: expected int1d but got bool
  var p = partition(equal, grid, ispace(int2d, { 3, 1 }))
  var s = p[0]
--        ^~~~ ERROR: type mismatch: expected int2d but got int32
end
