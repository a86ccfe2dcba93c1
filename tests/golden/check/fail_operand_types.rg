-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var v : vec = { x = 1.0, y = 2.0 }
  var a = v + v
  var b = true + 1
  var d = 1.5 << 2
  var e = 1.5 and 2.5
  var f = -true
  var g = v == v
end
