-- RUN: check
import "regent"

task main()
  var x = 5
  var p = &x
  var a = p * 2
  var b = p + p
  var d = -p
  var e = p + 1.5
end
