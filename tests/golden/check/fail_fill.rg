-- RUN: check
import "regent"

fspace cell { a : int, b : double }

task main()
  var r = region(ispace(int1d, 5), cell)
  fill(r.missing, 0)
  fill(r.a, true)
  fill(5, 0)
--     ^ ERROR: unexpected token in expression near '5'
  var x = 3
  fill(x, 0)
end
