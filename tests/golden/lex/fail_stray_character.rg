-- RUN: check
import "regent"

task main()
  var a = 1 ? 2
--          ^ ERROR: unexpected symbol near '?'
  var b = $
--        ^ ERROR: unexpected symbol near '$'
end
