-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var n : int = true
-- 3-20 ERROR: type mismatch in var: expected int32 but got bool
  var b : bool = 1
-- 3-18 ERROR: type mismatch in var: expected bool but got int32
  var v : vec = 3
-- 3-17 ERROR: type mismatch in var: expected vec but got int32
  n = "text"
-- 3-12 ERROR: type mismatch in assignment: expected int32 but got &int8
  v = n
-- 3-7 ERROR: type mismatch in assignment: expected vec but got int32
  v.x = v
-- 3-9 ERROR: type mismatch in assignment: expected double but got vec
end
