-- RUN: check
import "regent"

local nothing = nil
local empty = {}

task main()
  var x = nothing
--        ^~~~~~~ ERROR: name 'nothing' is undefined or nil
  var y = empty.field
--        ^~~~~~~~~~~ ERROR: name 'field' is undefined or nil
end
