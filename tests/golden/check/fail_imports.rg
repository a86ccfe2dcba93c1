-- RUN: check
import "regent"

local c = regentlib.c

task imports(r : region(ispace(int1d), int), n : int, raw : c.legion_index_space_t,
             raw_r : c.legion_logical_region_t, raw_p : c.legion_logical_partition_t)
  var cs = ispace(int1d, 2)
  var a = __import_ispace(int, raw)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected index type but got int32
  var b = __import_ispace(int1d, n)
--                               ^ ERROR: type mismatch in argument 2: expected an index space handle but got int32
  var d = __import_region(n, int, raw_r, array(1U))
--                        ^ ERROR: type mismatch in argument 1: expected index space but got int32
  var e = __import_region(cs, int, raw_r, array(1U, 2U))
--                                        ^~~~~~~~~~~~~ ERROR: type mismatch in argument 4: expected uint32[1] but got uint32[2]
  var f = __import_partition(disjoint, n, cs, raw_p)
--                                     ^ ERROR: type mismatch in argument 2: expected region but got int32
  var g = __import_partition(disjoint, r, cs, raw_r)
--                                            ^~~~~ ERROR: type mismatch in argument 4: expected a logical partition handle but got legion_logical_region_t
end

task takes_turns(r : region(ispace(int1d), int))
where reads(r) do
--          ^ NOTE: `takes_turns` declares `reads(r)` here
  acquire(r)
--^~~~~~~~~~ ERROR: invalid privileges in acquire: writes($r)
  release(n)
--        ^ ERROR: name 'n' is undefined or nil
end
