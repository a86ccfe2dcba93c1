-- RUN: check
import "regent"

task main()
  local x = 1
end
