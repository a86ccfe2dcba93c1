-- RUN: check
import "regent"

local module = {}
local task module.f()
end
