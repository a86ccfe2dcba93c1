-- RUN: check
-- Format strings are read while compiling.
import "regent"

local format = require("std/format")
struct pair { a : int, b : int }

task main()
  var text = "{}"
  format.println("{} {}", 1)
--^~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println received 1 arguments but format string has 2 interpolations
  format.println("{}", 1, 2)
--^~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println received 2 arguments but format string has 1 interpolations
  format.println(text, 1)
--^~~~~~~~~~~~~~~~~~~~~~~ ERROR: println expected first argument to be a format string constant
  format.println("{}", pair { 1, 2 })
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println does not understand how to format a value of type pair
  format.println("{x}", 1.5)
--^~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println does not support format style x on a value of type double
  format.println("{e}", 1)
--^~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println does not support format style e on a value of type int32
  format.println("{.2}", 1)
--^~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println does not support precision specifier on a value of type int32
  format.println("{5.}", 1.0)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println expected precision following . in format string
  format.println("{a}", 1)
--^~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println does not support the format style a
  format.println("{}", ptr(0))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: println does not understand how to format a value of type ptr
  format.println()
--^~~~~~~~~~~~~~~~ ERROR: println expected first argument to be a format string constant
end
