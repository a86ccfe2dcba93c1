-- RUN: check
import "regent"

task main()
  var is = ispace(int1d, 5)
  var r = region(is, int)
  var a = partition(equal, is, ispace(int1d, 2))
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected region but got ispace(int1d)
  var b = partition(equal, r, 2)
--        ^~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ispace but got int32
  var d = partition(equal, r, r)
--        ^~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ispace but got region($is, int32)
end
