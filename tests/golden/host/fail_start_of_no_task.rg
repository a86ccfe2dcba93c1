-- RUN: check
import "regent"

regentlib.start(5)
-- 1-18 ERROR: invalid task to regentlib.start
