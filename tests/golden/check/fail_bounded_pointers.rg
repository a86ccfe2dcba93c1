-- RUN: check
import "regent"

task main()
  var r = region(ispace(int1d, 3), int)
  var s = region(ispace(int1d, 3), double)
  var n = 5
  var p : int1d(int, s) = 0
  var q : int1d(int, n) = 0
  var b = isnull(n)
  for e in r do
    var x = s[e] + 1.0
    var y = @e
  end
end
