-- RUN: check
import "regent"

local c = regentlib.c

task main()
  c.abs()
  c.abs(1, 2)
  c.strlen(5)
end
