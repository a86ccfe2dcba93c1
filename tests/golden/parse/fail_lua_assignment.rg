-- RUN: check
import "regent"

task main() end
f() = 3
--  ^ ERROR: cannot assign to this expression near '='
