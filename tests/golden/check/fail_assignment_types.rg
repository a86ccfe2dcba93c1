-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var n : int = true
--^~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected int32 but got bool
  var b : bool = 1
--^~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected bool but got int32
  var v : vec = 3
--^~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected vec but got int32
  n = "text"
--^~~~~~~~~~ ERROR: type mismatch in assignment: expected int32 but got &int8
  v = n
--^~~~~ ERROR: type mismatch in assignment: expected vec but got int32
  v.x = v
--^~~~~~~ ERROR: type mismatch in assignment: expected double but got vec
end
