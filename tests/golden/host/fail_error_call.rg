-- RUN: check
import "regent"

local function check_size(n)
  if n > 10 then
    error("size is too large: " .. n)
--  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: size is too large: 11
  end
end

check_size(11)
-- 1-14 NOTE: called from here
