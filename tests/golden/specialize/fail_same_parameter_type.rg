-- RUN: check
import "regent"

local T = region(ispace(int1d), int)

task same(x : T, y : T)
end
