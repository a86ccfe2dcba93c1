-- RUN: check
-- A parenthesis that starts a line starts a statement: a method's name needs its arguments before it.
import "regent"

local list = {}
function list:add(value) self[#self + 1] = value end
list:add
(3)
-- 1-1 ERROR: ambiguous syntax (function call or new statement) near '('
