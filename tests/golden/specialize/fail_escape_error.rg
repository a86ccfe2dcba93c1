-- RUN: check
-- A Lua error inside an escape is reported at its place.
import "regent"

local function make()
  error("cannot make it")
--^~~~~~~~~~~~~~~~~~~~~~~ ERROR: cannot make it
end

task main()
-- 1-11 NOTE: called from here
  var x = [make()]
--^~~~~~~~~~~~~~~~ NOTE: called from here
end
