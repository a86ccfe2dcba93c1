-- RUN: check
import "regent"

__demand(__cuda(__unroll(4)))
task add(r : region(ispace(int1d), int)) where reads writes(r) do
  for e in r do r[e] += 1 end
end
