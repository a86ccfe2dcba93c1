-- RUN: check
import "regent"

task main()
  var a = 1 ? 2
--          ^ ERROR: unexpected symbol near '?'
--          ^ NOTE: a choice between two values is an `if` with an assignment in each branch
  var b = $
--        ^ ERROR: unexpected symbol near '$'
end
