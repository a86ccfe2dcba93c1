-- RUN: check
import "regent"

__demand(__cuda(__unroll(2.5)))
--                          ^ ERROR: unroll factor should be an integer near ')'
task add() end
