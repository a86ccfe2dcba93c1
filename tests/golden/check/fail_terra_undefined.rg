-- RUN: check
-- A terra function that is declared has to be defined before the program starts.
import "regent"

terra later :: {int} -> int
--    ^~~~~ ERROR: function later is declared, but not defined

task main()
  later(3)
end
regentlib.start(main)
