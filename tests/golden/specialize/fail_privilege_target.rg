-- RUN: check
import "regent"

task unknown_target(r : region(ispace(int1d), int))
where reads(s) do
--          ^ ERROR: privilege target is not a region
end

task number(r : region(ispace(int1d), int), n : int)
where reads(n) do
--          ^ ERROR: type mismatch: expected a region but got int32
end

task elsewhere(r : region(ispace(int1d), int))
where reads(r.field) do
--          ^~~~~~~ ERROR: no field 'field' in region $r
end
