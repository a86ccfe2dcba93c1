-- RUN: check
-- A Lua error inside an escape is reported at its place.
import "regent"

local function make()
  error("cannot make it")
end

task main()
  var x = [make()]
end
