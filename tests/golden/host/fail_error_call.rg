-- RUN: check
import "regent"

local function check_size(n)
  if n > 10 then
    error("size is too large: " .. n)
  end
end

check_size(11)
