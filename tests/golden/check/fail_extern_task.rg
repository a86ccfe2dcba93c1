-- RUN: check
import "regent"

extern task elsewhere(x : int) : int
--          ^~~~~~~~~ ERROR: function of task elsewhere is declared, but not defined
--          ^~~~~~~~~ NOTE: C++ code that registers a variant of it knows it by a number: `elsewhere:set_task_id(...)`

task main()
  return elsewhere(1)
end
regentlib.start(main)
