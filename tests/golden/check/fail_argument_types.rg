-- RUN: check
import "regent"

fspace cell { a : int }
fspace other { a : int }

task take(r : region(ispace(int1d), cell), n : int)
end

task main()
  var r = region(ispace(int1d, 3), cell)
  var s = region(ispace(int1d, 3), other)
  var t = region(ispace(int2d, { 3, 3 }), cell)
  take(r, true)
  take(s, 1)
  take(t, 1)
  take(1, r)
end
