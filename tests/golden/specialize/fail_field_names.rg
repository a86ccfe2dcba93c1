-- RUN: check
import "regent"

fspace cell { a : int }

task main()
  var r = region(ispace(int1d, 3), cell)
  r[0].[5] = 1
--     ^~~ ERROR: expected a string but found number
  r[0].["missing"] = 1
--     ^~~~~~~~~~~ ERROR: no field 'missing' in type cell()
  r[0].["a"] = 1
end
