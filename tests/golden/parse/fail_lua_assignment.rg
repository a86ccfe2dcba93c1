-- RUN: check
import "regent"

task main() end
f() = 3
