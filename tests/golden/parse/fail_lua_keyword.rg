-- RUN: check
import "regent"

task main()
  local x = 1
--^~~~~ ERROR: variables inside a task are declared with `var`, not with `local` near 'local'
end
