-- RUN: check
-- Parameters of one task are apart from those that it writes; a loop may read the others anywhere.
import "regent"

__demand(__leaf)
task smooth(r : region(ispace(int1d), double), s : region(ispace(int1d), double))
where reads writes(r), reads(s) do
  var by = s.bounds.lo - r.bounds.lo
  __demand(__vectorize)
  for i in r do
    r[i] += s[i + by]
  end
end
