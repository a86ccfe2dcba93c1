-- RUN: check
import "regent"

task answer() : int return 42 end

local x = answer()
