-- RUN: check
import "regent"

local missing = terralib.includec("no_such_header.h")
-- 1-53 ERROR: compilation of included c code failed
-- 1-53 NOTE: 'no_such_header.h' file not found

task main() end
