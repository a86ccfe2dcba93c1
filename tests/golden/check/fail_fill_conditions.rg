-- RUN: check
import "regent"

task single(r : region(ispace(int1d), int), b : phase_barrier)
where writes(r) do
  fill(r, 0, awaits(b), arrives(advance(b)))
  fill(r, 0, awaits(3))
--                  ^ ERROR: type mismatch: expected phase_barrier but got int32
end

task listed(r : regentlib.list(region(ispace(int1d), int)), b : phase_barrier)
where reads writes(r) do
  fill(r, 0, arrives(b))
--           ^~~~~~~~~~ ERROR: `arrives/awaits on a fill of a list of regions` is not supported yet
end
