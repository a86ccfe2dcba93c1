-- RUN: check
import "regent"

fspace Cell { a : int, b : double }

task reader(r : region(ispace(int1d), Cell))
where reads(r.a) do
--          ^~~ NOTE: `reader` declares `reads(r.a)` here
--          ^~~ NOTE: `reader` declares `reads(r.a)` here
--          ^~~ NOTE: `reader` declares `reads(r.a)` here
  attach(hdf5, r.a, "file", regentlib.file_read_only)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid privileges in detach: writes($r.a)
  detach(hdf5, r.b)
--^~~~~~~~~~~~~~~~~ ERROR: invalid privileges in attach: reads($r.b)
--^~~~~~~~~~~~~~~~~ ERROR: invalid privileges in detach: writes($r.b)
end

__demand(__leaf)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task calls `attach`
task leaf(r : region(ispace(int1d), Cell))
where reads writes(r) do
  attach(hdf5, r.a, "file", regentlib.file_read_only)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: task is not a valid leaf task
end

task main()
  var r = region(ispace(int1d, 3), Cell)
  attach(hdf5, r.c, "file", regentlib.file_read_only)
--             ^~~ ERROR: no field 'c' in region $r
  attach(hdf5, r.a, 3, regentlib.file_read_only)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected &int8 but got int32
  attach(hdf5, r.a, "file", "mode")
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected uint32 but got &int8
  attach(hdf5, r.a, "file", regentlib.file_read_only, 3)
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 4: expected &&int8 but got int32
end
