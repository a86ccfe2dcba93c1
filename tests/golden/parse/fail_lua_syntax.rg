-- RUN: check
-- An error in the Lua around the tasks.
import "regent"

local function f(
  return 1
--^~~~~~ ERROR: <name> expected near 'return'
end
