-- RUN: check
import "regent"

local module = {}
local task module.f()
--         ^~~~~~~~ ERROR: the name of a local definition must not have dots
end
