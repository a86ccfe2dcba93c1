-- RUN: check
-- Privileges on the regions of a list.
import "regent"

fspace cell { a : int, b : int }

task write_a(r : region(ispace(int1d), cell))
where writes(r.a) do
--           ^~~ NOTE: `write_a` declares `writes(r.a)` here
end

task read_all(l : regentlib.list(region(ispace(int1d), cell)))
where reads(l) do
--          ^ NOTE: `read_all` declares `reads(l)` here
end

task reader(l : regentlib.list(region(ispace(int1d), cell)), n : regentlib.list(int))
where reads(l.a) do
--          ^~~ NOTE: `reader` declares `reads(l.a)` here
--          ^~~ NOTE: `reader` declares `reads(l.a)` here
--          ^~~ NOTE: `reader` declares `reads(l.a)` here
--          ^~~ NOTE: `reader` declares `reads(l.a)` here
--          ^~~ NOTE: `reader` declares `reads(l.a)` here
--          ^~~ NOTE: `reader` declares `reads(l.a)` here
  read_all(l)
--^~~~~~~~~~~ ERROR: invalid privileges in argument 1: reads($l)
  write_a(l[0])
--^~~~~~~~~~~~~ ERROR: invalid privileges in argument 1: writes($l[0].a)
  var r = l[1]
  var some = l[list_range(0, 1)]
  for x in r do r[x].b = r[x].a end
--              ^~~~~~ ERROR: invalid privilege writes($r.b) for dereference of int1d(cell(), $r)
  fill(some.a, 1)
--^~~~~~~~~~~~~~~ ERROR: invalid privileges in fill: writes($some.a)
  copy(l.a, some.b)
--^~~~~~~~~~~~~~~~~ ERROR: invalid privileges in copy: reads($some.b)
--^~~~~~~~~~~~~~~~~ ERROR: invalid privileges in copy: writes($some.b)
end

task wrong(n : regentlib.list(int))
where reads(n) do
--          ^ ERROR: type mismatch: expected a region but got list(int32)
end
