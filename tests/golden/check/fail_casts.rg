-- RUN: check
import "regent"

struct vec { x : double }

task main()
  var v : vec = { x = 1.0 }
  var a = int(v)
--        ^~~~~~ ERROR: cannot cast vec to int32
  var b = int(1, 2)
--        ^~~~~~~~~ ERROR: expected 1 arguments but got 2
  var d = vec(1)
--        ^~~~~~ ERROR: cannot cast int32 to vec
  var e = int()
--        ^~~~~ ERROR: expected 1 arguments but got 0
end
