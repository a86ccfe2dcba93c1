-- RUN: check
import "regent"

local text = "no end
--           ^~~~~~~ ERROR: unfinished string
task main() end
