-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task write_b(s : region(ispace(int1d), cell))
where reads(s.a), writes(s.b) do
--                       ^~~ NOTE: `write_b` declares `writes(s.b)` here
--          ^~~ NOTE: `write_b` declares `reads(s.a)` here
--                       ^~~ NOTE: `write_b` declares `writes(s.b)` here
--          ^~~ NOTE: `write_b` declares `reads(s.a)` here
  for p in s do p.b = p.a end
end

task reads_everything(r : region(ispace(int1d), cell))
where reads(r) do
--          ^ NOTE: `reads_everything` declares `reads(r)` here
  write_b(r)
--^~~~~~~~~~ ERROR: invalid privileges in argument 1: writes($r.b)
end

task nothing(r : region(ispace(int1d), cell))
--           ^ NOTE: `nothing` declares no privilege on `r`
--           ^ NOTE: `nothing` declares no privilege on `r`
  write_b(r)
--^~~~~~~~~~ ERROR: invalid privileges in argument 1: reads($r.a)
--^~~~~~~~~~ ERROR: invalid privileges in argument 1: writes($r.b)
end

task a_piece(r : region(ispace(int1d), cell))
where reads(r.b), writes(r.b) do
--          ^~~ NOTE: `a_piece` declares `reads(r.b)` here
  var p = partition(equal, r, ispace(int1d, 2))
  write_b(p[0])
--^~~~~~~~~~~~~ ERROR: invalid privileges in argument 1: reads($p[0].a)
end
