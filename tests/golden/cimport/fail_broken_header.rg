-- RUN: check
import "regent"

local broken = terralib.includecstring [[
-- 1-41 ERROR: compilation of included c code failed
-- 1-41 NOTE: expected identifier or '('
-- 1-41 NOTE: expected ')'
int fine(int x);
int broken(int x
]]
