-- RUN: check
import "regent"

local x = regentlib.sqrt(int)
-- 1-29 ERROR: regentlib.sqrt expected float or double, got int32
