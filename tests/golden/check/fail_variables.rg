-- RUN: check
import "regent"

task main()
  var a
  var b, d = 1
  var e = nil
  var r : region(ispace(int1d), int)
  var { x, y } = 5
  var f, g = 1, 2, 3
end
