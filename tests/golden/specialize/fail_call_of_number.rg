-- RUN: check
import "regent"

local n = 5

task main()
  n(1)
end
