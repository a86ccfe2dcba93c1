-- RUN: check
import "regent"

task main()
  var r = region(ispace(int1d, 3), int)
  var s = region(ispace(int1d, 3), double)
  var n = 5
  var p : int1d(int, s) = 0
--^~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: int1d expected region(ispace(int1d), int32) as argument 2, got region(ispace(int1d), double)
  var q : int1d(int, n) = 0
--^~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: int1d expected region(ispace(int1d), int32) as argument 2, got int32
  var b = isnull(n)
--        ^~~~~~~~~ ERROR: isnull requires bounded type, got int32
  for e in r do
    var x = s[e] + 1.0
    var y = @e
  end
end
