-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var a : vec = { x = 1.0 }
  var b = vec { 1.0 }
  var d = { x = 1, 2 }
end
