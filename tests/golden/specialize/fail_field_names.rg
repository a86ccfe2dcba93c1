-- RUN: check
import "regent"

fspace cell { a : int }

task main()
  var r = region(ispace(int1d, 3), cell)
  r[0].[5] = 1
  r[0].["missing"] = 1
  r[0].["a"] = 1
end
