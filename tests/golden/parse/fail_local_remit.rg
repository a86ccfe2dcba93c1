-- RUN: check
import "regent"

local remit rexpr 1 end
--    ^~~~~ ERROR: unexpected token in top-level statement near remit
