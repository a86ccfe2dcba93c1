-- RUN: check
-- Tables and Lua functions have no meaning inside a task.
import "regent"

local t = { 1, 2 }
local function f() return 1 end

task main()
  var x = t
--        ^ ERROR: unable to specialize value of type table
  var y = f
--        ^ ERROR: unable to specialize value of type lua function
end
