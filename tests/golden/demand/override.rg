-- The program's word that iterations do not meet, where they seem to.
--
-- RUN: check -foverride-demand-openmp 1 -foverride-demand-cuda 1
import "regent"

task next(r : region(ispace(int1d), int))
where writes(r) do
  __demand(__openmp)
  for i in r do r[(i + 1) % r.bounds] = 123 end
end

__demand(__cuda)
task next_in_kernel(r : region(ispace(int1d), int))
where writes(r) do
  for i in r do r[(i + 1) % r.bounds] = 123 end
end
