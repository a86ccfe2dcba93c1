-- RUN: check
import "regent"

local n = 5

task main()
  n(1)
--^~~~ ERROR: unable to specialize non-function in function call position
end
