-- RUN: check
import "regent"

local lib = {}
local task lib.step() end
--         ^~~~~~~~ ERROR: the name of a local definition must not have dots
