-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task reads_only(r : region(ispace(int1d), cell))
where reads(r) do
  r[0].a = 1
end

task other_field(r : region(ispace(int1d), cell))
where reads(r), writes(r.a) do
  for p in r do
    p.b = p.a
  end
end

task whole(r : region(ispace(int1d), cell))
where reads(r), writes(r.a) do
  r[0] = r[1]
end
