-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task none(r : region(ispace(int1d), cell)) : int
  return r[0].a
end

task other_field(r : region(ispace(int1d), cell)) : int
where reads(r.a) do
  for p in r do
    if p.b > 0 then return (@p).a end
  end
  return 0
end

task writes_is_not_reads(r : region(ispace(int1d), cell)) : int
where writes(r) do
  return r[0].b
end
