-- RUN: check
import "regent"

task main(r : region(ispace(int1d), int))
where reads(other), writes(r.{ a, b }) do
--          ^~~~~ ERROR: privilege target is not a region
--                         ^~~~~~~~~~ ERROR: no field 'a' in region $r
--                         ^~~~~~~~~~ ERROR: no field 'b' in region $r
end
