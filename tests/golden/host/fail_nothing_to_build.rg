-- RUN: build
import "regent"

task main() end
-- nowhere ERROR: `fail_nothing_to_build.rg` starts no task, so there is nothing to build
-- nowhere NOTE: a program names its first task with `regentlib.start(TASK)`
