-- RUN: check
-- What the language has and this compiler does not have yet is an error that says so.
import "regent"

task waits(rs : regentlib.list(region(ispace(int1d), int)), b : phase_barrier)
where writes(rs) do
  fill(rs, 0, awaits(b))
--            ^~~~~~~~~ ERROR: `arrives/awaits on a fill of a list of regions` is not supported yet
end
