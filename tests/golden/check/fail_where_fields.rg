-- RUN: check
-- Paths in privileges are checked to their end.
import "regent"

struct vec { x : double }
fspace cell { v : vec, n : int, flag : bool }

task deep(r : region(ispace(int1d), cell))
where reads(r.v.missing), writes(r.n.x), reduces +(r.flag) do
--          ^~~~~~~~~~~ ERROR: no field 'missing' in region $r.v
--                               ^~~~~ ERROR: no field 'x' in region $r.n
--                                                 ^~~~~~ ERROR: reduces + needs fields of numbers, got bool
end
