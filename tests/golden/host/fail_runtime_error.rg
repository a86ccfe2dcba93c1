-- RUN: check
-- A Lua error is reported at the line where it happened.
import "regent"

local function index(t)
  return t.field.deeper
end

task fine() : int return 1 end

index({})
