-- RUN: check
import "regent"

task main()
  var is = ispace(int1d, 5)
  var r = region(is, int)
  var a = partition(equal, is, ispace(int1d, 2))
  var b = partition(equal, r, 2)
  var d = partition(equal, r, r)
end
