-- RUN: check
-- A Lua error is reported at the line where it happened.
import "regent"

local function index(t)
  return t.field.deeper
--^~~~~~~~~~~~~~~~~~~~~ ERROR: attempt to index field 'field' (a nil value)
end

task fine() : int return 1 end

index({})
-- 1-9 NOTE: called from here
