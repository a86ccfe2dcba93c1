-- RUN: check
import "regent"

local T = region(ispace(int1d), int)

task same(x : T, y : T)
--               ^ ERROR: parameters $y and $x have the same type, but are required to be distinct
--        ^ NOTE: the first definition of `x` is here
end
