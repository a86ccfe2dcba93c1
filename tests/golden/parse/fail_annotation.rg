-- RUN: check
import "regent"

__demand(__fast)
task main()
end
