-- RUN: check
import "regent"

local lib = {}
local task lib.step() end
