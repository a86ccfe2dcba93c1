-- RUN: check
import "regent"

fspace cell { a : int, b : double }
struct vec { x : double }

task main()
  var r = region(ispace(int1d, 3), cell)
  r[0].missing = 1
--     ^~~~~~~ ERROR: no field 'missing' in type cell()
  for p in r do
    p.nothing = 2
--    ^~~~~~~ ERROR: no field 'nothing' in type cell()
  end
  var v : vec
  v.y = 1.0
--  ^ ERROR: no field 'y' in type vec
  var n = 5
  n.x = 1
--  ^ ERROR: no field 'x' in type int32
  var f = r.a
--          ^ ERROR: no field 'a' in type region(ispace(int1d), cell())
--          ^ NOTE: a field of all elements is a projection: `.{a}`
end
