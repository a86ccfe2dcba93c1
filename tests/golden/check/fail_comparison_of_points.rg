-- RUN: check
import "regent"

task main()
  var p = int2d { 1, 2 }
  var i : int1d = 3
  var a = i == 3
--        ^~~~~~ ERROR: type mismatch between int1d and int32
  var b = p == i
--        ^~~~~~ ERROR: type mismatch between int2d and int1d
  var d = p == { 1, 2 }
--        ^~~~~~~~~~~~~ ERROR: type mismatch between int2d and {_1 : int32, _2 : int32}
end
