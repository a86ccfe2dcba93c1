-- RUN: check
import "regent"

task main()
  var x = 5
  var p = &x
  var a = p * 2
--        ^~~~~ ERROR: type mismatch between &int32 and int32
  var b = p + p
--        ^~~~~ ERROR: type mismatch between &int32 and &int32
  var d = -p
--        ^~ ERROR: invalid argument to unary operator &int32
  var e = p + 1.5
--        ^~~~~~~ ERROR: type mismatch between &int32 and double
end
