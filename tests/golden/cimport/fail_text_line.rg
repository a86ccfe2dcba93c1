-- RUN: check
-- The line where the call begins is reported.
import "regent"

local lib = terralib.includecstring [[
-- 1-38 ERROR: compilation of included c code failed
-- 1-38 NOTE: expected identifier or '('
  int f(int x) {
    return y;
  }
]]
