-- RUN: check
-- Terra functions wait for what they need until the program starts.
import "regent"

terra no_signature :: int
--    ^~~~~~~~~~~~ ERROR: type mismatch: expected a function type but got int32

struct empty { x : int }
terra empty:known() : int return self:unknown() end
--                               ^~~~~~~~~~~~~~ ERROR: invalid method call for &empty:unknown()

task sizes(n : int)
  var a = sizeof(n)
--        ^~~~~~~~~ ERROR: expected a type but got value of type value
  n(3)
--^~~~ ERROR: unable to specialize non-function in function call position
end
