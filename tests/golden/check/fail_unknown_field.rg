-- RUN: check
import "regent"

fspace cell { a : int, b : double }
struct vec { x : double }

task main()
  var r = region(ispace(int1d, 3), cell)
  r[0].missing = 1
  for p in r do
    p.nothing = 2
  end
  var v : vec
  v.y = 1.0
  var n = 5
  n.x = 1
  var f = r.a
end
