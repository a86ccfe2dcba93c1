-- RUN: check
import "regent"

local broken = terralib.includecstring [[
int fine(int x);
int broken(int x
]]
-- 1-2 ERROR: compilation of included c code failed
-- 1-2 NOTE: expected ')'
