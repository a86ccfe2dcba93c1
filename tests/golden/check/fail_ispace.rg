-- RUN: check
import "regent"

task main()
  var a = ispace(int, 5)
--        ^~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected an index type but got int32
  var b = ispace(int1d, true)
--        ^~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected int1d but got bool
  var d = ispace(int2d, 5)
--        ^~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected int2d but got int32
  var e = region(5, int)
--        ^~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected an ispace but got int32
  var f = region(ispace(int1d, 5), 5)
--                                 ^ ERROR: expected a type but got value of type number
end
