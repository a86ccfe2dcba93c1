-- The clock: microseconds and nanoseconds since an arbitrary moment.
import "regent"

local c = regentlib.c
local timing = {}

timing.get_current_time_in_microseconds = regentlib.macro(function()
  return rexpr int64(c.legion_get_current_time_in_micros()) end
end)

timing.get_current_time_in_nanoseconds = regentlib.macro(function()
  return rexpr int64(c.legion_get_current_time_in_nanos()) end
end)

return timing
