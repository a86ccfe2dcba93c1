-- RUN: check
-- One run reports the syntax errors of several tasks.
import "regent"

task first()
  var = 1
--    ^ ERROR: <name> expected near '='
end

task second(a int)
--            ^~~ ERROR: ':' expected near 'int'
end

task third()
  for i = 1 do end
--          ^~ ERROR: for loop over numbers requires two or three values near 'do'
end

task fourth() : int
  return 4 +
end
-- 1-3 ERROR: unexpected token in expression near 'end'
