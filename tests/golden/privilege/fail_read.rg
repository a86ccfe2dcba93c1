-- RUN: check
import "regent"

fspace cell { a : int, b : int }

task none(r : region(ispace(int1d), cell)) : int
--        ^ NOTE: `none` declares no privilege on `r`
  return r[0].a
--       ^~~~~~ ERROR: invalid privilege reads($r.a) for dereference of int1d(cell(), $r)
end

task other_field(r : region(ispace(int1d), cell)) : int
where reads(r.a) do
--          ^~~ NOTE: `other_field` declares `reads(r.a)` here
  for p in r do
    if p.b > 0 then return (@p).a end
--     ^~~ ERROR: invalid privilege reads($r.b) for dereference of int1d(cell(), $r)
  end
  return 0
end

task writes_is_not_reads(r : region(ispace(int1d), cell)) : int
where writes(r) do
--           ^ NOTE: `writes_is_not_reads` declares `writes(r)` here
  return r[0].b
--       ^~~~~~ ERROR: invalid privilege reads($r.b) for dereference of int1d(cell(), $r)
end
