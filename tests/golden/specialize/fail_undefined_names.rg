-- RUN: check
import "regent"

task main()
  var x = unknown
--        ^~~~~~~ ERROR: name 'unknown' is undefined or nil
  unknown_function(x)
--^~~~~~~~~~~~~~~~ ERROR: name 'unknown_function' is undefined or nil
  x = other.field
--    ^~~~~ ERROR: name 'other' is undefined or nil
end
