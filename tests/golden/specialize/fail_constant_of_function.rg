-- RUN: check
import "regent"

local k = terralib.constant(print)
-- 1-34 ERROR: a constant cannot be made from a lua function
