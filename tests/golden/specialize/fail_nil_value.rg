-- RUN: check
import "regent"

local nothing = nil
local empty = {}

task main()
  var x = nothing
  var y = empty.field
end
