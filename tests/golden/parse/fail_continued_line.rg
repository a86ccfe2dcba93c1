-- RUN: check
-- An escape that begins a line goes on with the expression before it.
import "regent"

local list = terralib.newlist { 1, 2 }

task escapes()
  var is = ispace(int1d, 4)
  [list:map(function(k) return rquote regentlib.c.printf("%d", k) end end)]
--          ^~~~~~~~ ERROR: unexpected token in expression near 'function'
--^ NOTE: on a line of its own, `[` still goes on with the expression before it: `;` ends that one
--                                                                       ^ ERROR: unexpected symbol near ')'
end
-- 1-3 ERROR: '<eof>' expected near 'end'
