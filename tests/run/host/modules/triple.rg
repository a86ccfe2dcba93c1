import "regent"

local counting = require("modules/counting")
local six = counting.twice(3)

local module = {}

task module.triple(x : int) : int
  return 3 * x
end

task module.six() : int
  return six
end

return module
