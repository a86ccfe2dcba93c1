-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var a : vec = { x = 1.0 }
--^~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected vec but got {x : double}
  var b = vec { 1.0 }
--        ^~~~~~~~~~~ ERROR: cannot cast {_1 : double} to vec
  var d = { x = 1, 2 }
--        ^~~~~~~~~~~~ ERROR: some entries in constructor are named while others are not
end
