-- RUN: check
import "regent"

struct vec { x : double, y : double }

task main()
  var n : int = true
  var b : bool = 1
  var v : vec = 3
  n = "text"
  v = n
  v.x = v
end
