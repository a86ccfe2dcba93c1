-- RUN: check
import "regent"

extern task elsewhere(x : int) : int
--          ^~~~~~~~~ ERROR: function of task elsewhere is declared, but not defined

task main()
  return elsewhere(1)
end
regentlib.start(main)
