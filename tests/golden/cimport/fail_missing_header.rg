-- RUN: check
import "regent"

local missing = terralib.includec("no_such_header.h")

task main() end
