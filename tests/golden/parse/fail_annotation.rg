-- RUN: check
import "regent"

__demand(__fast)
--       ^~~~~~ ERROR: expected annotation name near '__fast'
task main()
end
