-- RUN: check
import "regent"

local x = undefined_global + 1
