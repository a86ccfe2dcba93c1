-- RUN: check
import "regent"

task main()
  var a
-- 3-7 ERROR: type must be specified for uninitialized variables
  var b, d = 1
-- 3-14 ERROR: type must be specified for uninitialized variables
  var e = nil
--    ^ ERROR: type must be specified where the value is nil
  var r : region(ispace(int1d), int)
-- 3-36 ERROR: variable of type region(ispace(int1d), int32) must be initialized
  var { x, y } = 5
-- 3-18 ERROR: destructuring var expected struct or fspace, got int32
  var f, g = 1, 2, 3
-- 3-20 ERROR: expected 2 values but got 3
end
