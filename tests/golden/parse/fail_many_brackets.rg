-- RUN: check
import "regent"

task main()
  var a : int[3
--           ^ NOTE: `[` is here
  a[0] = 1]
--^ ERROR: ']' expected (to close '[' at line 5) near 'a'
--        ^ ERROR: unexpected token in expression near ']'
end
