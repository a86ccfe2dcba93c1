-- RUN: check
import "regent"

local c = terralib.includec("stdlib.h")

task main()
  c.no_such_function(1)
--  ^~~~~~~~~~~~~~~~ ERROR: includec: imported symbol 'no_such_function' not found
end
