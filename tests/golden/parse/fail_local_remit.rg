-- RUN: check
import "regent"

local remit rexpr 1 end
