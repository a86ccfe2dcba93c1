-- RUN: check
import "regent"

task main()
  var p = int2d { 1, 2 }
  var i : int1d = 3
  var a = i == 3
  var b = p == i
  var d = p == { 1, 2 }
end
