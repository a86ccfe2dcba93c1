-- RUN: check
-- Kernels have to be leaf tasks.
import "regent"

task other() end

__demand(__cuda)
task launches()
--   ^~~~~~~~ ERROR: option __demand(__cuda) is not permitted for non-leaf task
  other()
--^~~~~~~ NOTE: the task calls task `other`
end
