-- RUN: check
import "regent"

task main() end
--[[ a comment without an end
-- 1-2 ERROR: unfinished long comment: its closing bracket is missing
