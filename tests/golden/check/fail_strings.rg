-- RUN: check
import "regent"

task main()
  var a = "text" + 1
  var b : int = "text"
--^~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected int32 but got &int8
  var d = "a" == 5
--        ^~~~~~~~ ERROR: type mismatch between &int8 and int32
  var e : rawstring = 5
--^~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected &int8 but got int32
end
