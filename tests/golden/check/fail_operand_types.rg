-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var v : vec = { x = 1.0, y = 2.0 }
  var a = v + v
--        ^~~~~ ERROR: type mismatch between vec and vec
  var b = true + 1
--        ^~~~~~~~ ERROR: type mismatch between bool and int32
  var d = 1.5 << 2
--        ^~~~~~~~ ERROR: type mismatch between double and int32
  var e = 1.5 and 2.5
--        ^~~~~~~~~~~ ERROR: type mismatch between double and double
  var f = -true
--        ^~~~~ ERROR: invalid argument to unary operator bool
  var g = v == v
--        ^~~~~~ ERROR: type mismatch between vec and vec
end
