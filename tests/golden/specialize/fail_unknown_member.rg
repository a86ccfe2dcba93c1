-- RUN: check
import "regent"

task main()
  regentlib.no_such_function(1)
--          ^~~~~~~~~~~~~~~~ ERROR: `regentlib.no_such_function` is not supported yet
  var x = terralib.no_such_value
--                 ^~~~~~~~~~~~~ ERROR: `terralib.no_such_value` is not supported yet
end
