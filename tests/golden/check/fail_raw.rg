-- RUN: check
-- Handles of the C API only of what is there and may be accessed.
import "regent"

fspace pair { a : int, b : int }

task g(r : region(ispace(int1d), pair), x : int)
where reads(r.a) do
  var p = __physical(r.a)
  var q = __physical(r.b)
--        ^~~~~~~~~~~~~~~ ERROR: invalid privilege: task has no privilege on r.b
  var f = __fields(r)
--        ^~~~~~~~~~~ ERROR: invalid privilege: task has no privilege on r.b
  var h = __fields(r.c)
--                 ^~~ ERROR: no field 'c' in region $r
  var y = __raw(x)
--        ^~~~~~~~ ERROR: raw expected an ispace, region, partition, or cross product, got int32
  var z = __physical(x)
--                   ^ ERROR: type mismatch: expected a region but got int32
end
