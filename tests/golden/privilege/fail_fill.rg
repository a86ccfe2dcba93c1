-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task some(r : region(ispace(int1d), cell))
where reads(r), writes(r.a) do
--          ^ NOTE: `some` declares `reads(r)` here
  fill(r.a, 1)
  fill(r.{ a, b }, 1)
--^~~~~~~~~~~~~~~~~~~ ERROR: invalid privileges in fill: writes($r.b)
end
