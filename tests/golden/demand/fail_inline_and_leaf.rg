-- RUN: check
-- What else a task demands that demands inlining counts once the task is launched.
import "regent"

__demand(__leaf, __inline)
task only_inlined()
  var colors = ispace(int1d, 3)
  return colors.volume
end

__demand(__leaf, __inline)
--       ^~~~~~ NOTE: `__leaf` is demanded here, but the task creates an ispace
task also_launched()
  var colors = ispace(int1d, 3)
--             ^~~~~~~~~~~~~~~~ ERROR: task is not a valid leaf task
  return colors.volume
end

task main()
  only_inlined()
  also_launched()
  __forbid(__inline, also_launched())
end
regentlib.start(main)
