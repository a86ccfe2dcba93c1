-- RUN: check
import "regent"

local x = undefined_global + 1
-- 1-30 ERROR: global variable 'undefined_global' is not declared: it was never assigned
