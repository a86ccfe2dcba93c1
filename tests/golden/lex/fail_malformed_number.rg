-- RUN: check
import "regent"

task main()
  var a = 3x
  var b = 0xg
  var d = 99999999999
  var e = 1.2.3
end
