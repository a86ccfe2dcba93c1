-- RUN: check
import "regent"

struct vec { x : double }

task main()
  var v : vec = { x = 1.0 }
  var a = int(v)
  var b = int(1, 2)
  var d = vec(1)
  var e = int()
end
