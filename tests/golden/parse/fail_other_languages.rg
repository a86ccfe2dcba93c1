-- RUN: check
-- What other languages write differently.
import "regent"

task compare(x : int)
  if x = 3 then x = 4 end
--     ^ ERROR: 'then' expected near '='
--     ^ NOTE: `a == b` compares, `a = b` assigns
end

task loop(x : int)
  while x != 3 do x = 3 end
--        ^ ERROR: unexpected symbol near '!'
--        ^ NOTE: `a ~= b` compares for being different
end

task negate(x : bool)
  var y = !x
--        ^ ERROR: unexpected symbol near '!'
--        ^ NOTE: `not a` is the opposite of a bool
end

task choose(x : int)
  var y = x > 2 ? 1 : 2
--              ^ ERROR: unexpected symbol near '?'
--              ^ NOTE: a choice between two values is an `if` with an assignment in each branch
end

task increment(x : int)
  x++
-- ^ ERROR: unexpected token in expression near '+'
-- ^ NOTE: a variable is changed by a statement: `x += 1`
end

task member(x : int)
  x->y = 3
-- ^~ ERROR: unexpected token in expression near '->'
-- ^~ NOTE: members behind a pointer follow a dot, as all others: `p.x`
end

task point(x : int)
  x[1, 2] = 3
--   ^ ERROR: ']' expected near ','
--   ^ NOTE: a point of several dimensions is `r[{x, y}]`; an array of values is `array(1, 2)`
end

task reserved(x : int)
  var copy = x
--    ^~~~ ERROR: <name> expected near 'copy'
--    ^~~~ NOTE: this is a word of the language and cannot be the name of a variable or field
end
