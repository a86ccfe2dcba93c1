-- RUN: check
import "regent"

local text = "no end
task main() end
