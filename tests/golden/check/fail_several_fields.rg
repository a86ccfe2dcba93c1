-- RUN: check
import "regent"

fspace Cell { a : double, b : double }

task index() : int1d return 0 end

task main()
  var r = region(ispace(int1d, 3), Cell)
  var one : Cell
  r.{a, b} = 0
--^~~~~~~~ ERROR: type mismatch: write expected an lvalue but got region(ispace(int1d), Cell())
  one.{a, missing} = 0
--^~~~~~~~~~~~~~~~ ERROR: no field 'missing' in type Cell()
  one.{a, b} = one.{a}
--^~~~~~~~~~~~~~~~~~~~ ERROR: expected 2 values but got 1
  r[index()].{a, b} = 1
--^~~~~~~~~~~~~~~~~ ERROR: `an assignment to several fields of what is computed by a call` is not supported yet
end
