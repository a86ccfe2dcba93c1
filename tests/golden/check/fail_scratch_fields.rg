-- RUN: check
-- Scratch fields are a region's, and their numbers an array of as many as fields are named.
import "regent"

fspace cell { a : int, b : int }

task reader(r : region(ispace(int1d), cell)) where reads(r.b) do end
--                                                       ^~~ NOTE: `reader` declares `reads(r.b)` here
--          ^ NOTE: parameter `r` of `reader` is declared here

task wrong(r : region(ispace(int1d), cell), n : int, ids : regentlib.c.legion_field_id_t[2])
where reads writes(r.a) do
  allocate_scratch_fields(n)
--                        ^ ERROR: type mismatch: expected a region but got int32
  allocate_scratch_fields(r.c)
--                        ^~~ ERROR: no field 'c' in region $r
  with_scratch_fields(n, ids)
--                    ^ ERROR: type mismatch: expected a region but got int32
  with_scratch_fields(r.c, ids)
--                    ^~~ ERROR: no field 'c' in region $r
  with_scratch_fields(r.a, ids)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected uint32[1] but got uint32[2]
  with_scratch_fields(r.{a, b}, n)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected uint32[2] but got int32
  var s = with_scratch_fields(r.{a, b}, ids)
  fill(s.b, 0)
--^~~~~~~~~~~~ ERROR: invalid privileges in fill: writes($s.b)
  reader(s)
--^~~~~~~~~ ERROR: invalid privileges in argument 1: reads($s.b)
  for i in s do s[i].a = s[i].b end
--                       ^~~~~~ ERROR: invalid privilege reads($s.b) for dereference of int1d(cell(), $s)
  reader(s.{a})
--^~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected region(ispace(int1d), cell()) but got region(ispace(int1d), int32)
end

-- Values of another task's own are nothing that a leaf makes.
__demand(__leaf)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task calls `allocate_scratch_fields`
task leaf(r : region(ispace(int1d), cell)) where reads writes(r) do
  allocate_scratch_fields(r.a)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: task is not a valid leaf task
end

-- What has other values is no part of the region.
task part(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell)) where s <= r do end
--                                                                                ^~~~~~ NOTE: `part` asks for the constraint here
task apart(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell)) where s * r do end
--                                                                                 ^~~~~ NOTE: `apart` asks for the constraint here
task claims(r : region(ispace(int1d), cell), ids : regentlib.c.legion_field_id_t[1]) where reads writes(r) do
  part(r, with_scratch_fields(r.a, ids))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid call missing constraint region(ispace(int1d), cell()) <= $r
  apart(r, with_scratch_fields(r.a, ids))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid call missing constraint region(ispace(int1d), cell()) * $r
end
