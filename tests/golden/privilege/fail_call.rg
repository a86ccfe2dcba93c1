-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task write_b(s : region(ispace(int1d), cell))
where reads(s.a), writes(s.b) do
  for p in s do p.b = p.a end
end

task reads_everything(r : region(ispace(int1d), cell))
where reads(r) do
  write_b(r)
end

task nothing(r : region(ispace(int1d), cell))
  write_b(r)
end

task a_piece(r : region(ispace(int1d), cell))
where reads(r.b), writes(r.b) do
  var p = partition(equal, r, ispace(int1d, 2))
  write_b(p[0])
end
