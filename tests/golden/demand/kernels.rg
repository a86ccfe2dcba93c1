-- RUN: check
-- Loops whose iterations write elements of their own, though not those of their number, are kernels.
import "regent"

__demand(__cuda)
task shifted(r : region(ispace(int2d), int), s : region(ispace(int2d), int), by : int2d)
where reads writes(r), reads(s) do
  var lo = s.bounds.lo
  for i in s do
    var k = i - lo + by + { 1, 0 }
    r[k] = s[i]
    r[k] += 1
  end
end
