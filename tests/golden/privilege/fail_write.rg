-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task reads_only(r : region(ispace(int1d), cell))
where reads(r) do
--          ^ NOTE: `reads_only` declares `reads(r)` here
  r[0].a = 1
--^~~~~~ ERROR: invalid privilege writes($r.a) for dereference of int1d(cell(), $r)
end

task other_field(r : region(ispace(int1d), cell))
where reads(r), writes(r.a) do
--          ^ NOTE: `other_field` declares `reads(r)` here
  for p in r do
    p.b = p.a
--  ^~~ ERROR: invalid privilege writes($r.b) for dereference of int1d(cell(), $r)
  end
end

task whole(r : region(ispace(int1d), cell))
where reads(r), writes(r.a) do
--          ^ NOTE: `whole` declares `reads(r)` here
  r[0] = r[1]
--^~~~ ERROR: invalid privilege writes($r) for dereference of int1d(cell(), $r)
end
