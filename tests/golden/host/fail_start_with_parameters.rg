-- RUN: check
import "regent"

task main(n : int)
--   ^~~~ ERROR: toplevel task must not have any parameter
end

regentlib.start(main)
-- 1-21 NOTE: it is given to `regentlib.start` here
