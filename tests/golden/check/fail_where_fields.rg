-- RUN: check
-- Paths in privileges are checked to their end.
import "regent"

struct vec { x : double }
fspace cell { v : vec, n : int, flag : bool }

task deep(r : region(ispace(int1d), cell))
where reads(r.v.missing), writes(r.n.x), reduces +(r.flag) do
end
