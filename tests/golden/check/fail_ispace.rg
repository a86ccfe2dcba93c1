-- RUN: check
import "regent"

task main()
  var a = ispace(int, 5)
  var b = ispace(int1d, true)
  var d = ispace(int2d, 5)
  var e = region(5, int)
  var f = region(ispace(int1d, 5), 5)
end
