-- RUN: check
import "regent"

task main()
  __delete(5)
--         ^ ERROR: type mismatch in delete: expected a region or partition but got int32
  var a = null(int)
--        ^~~~~~~~~ ERROR: null requires bounded type, got int32
end
