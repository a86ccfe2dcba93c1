-- RUN: check
import "regent"

task main()
  var a
--^~~~~ ERROR: type must be specified for uninitialized variables
  var b, d = 1
--^~~~~~~~~~~~ ERROR: type must be specified for uninitialized variables
  var e = nil
--    ^ ERROR: type must be specified where the value is nil
  var r : region(ispace(int1d), int)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: variable of type region(ispace(int1d), int32) must be initialized
  var { x, y } = 5
--^~~~~~~~~~~~~~~~ ERROR: destructuring var expected struct or fspace, got int32
  var f, g = 1, 2, 3
--^~~~~~~~~~~~~~~~~~ ERROR: expected 2 values but got 3
end
