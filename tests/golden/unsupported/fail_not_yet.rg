-- RUN: check
-- What the language has and this compiler does not have yet is an error that says so.
import "regent"

task copies()
  var r = region(ispace(int1d, 8), int)
  var s = region(ispace(int1d, 8), int)
  copy(r, s)
--^~~~~~~~~~ ERROR: `copy` is not supported yet
end

task epoch()
  must_epoch
--^~~~~~~~~~ ERROR: `must_epoch` is not supported yet
  end
end

task barrier()
  var b = phase_barrier(3)
--        ^~~~~~~~~~~~~~~~ ERROR: `phase_barrier` is not supported yet
end

task lists()
  var l = list_range(0, 3)
--        ^~~~~~~~~~~~~~~~ ERROR: `list_range` is not supported yet
end
