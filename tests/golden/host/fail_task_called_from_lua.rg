-- RUN: check
import "regent"

task answer() : int return 42 end

local x = answer()
-- 1-18 ERROR: task answer cannot be called from Lua: tasks are called by tasks
