-- RUN: check
-- Quotes of statements are no expressions, and the other way round.
import "regent"

local statements = rquote var x = 1 end

task main()
  var a = [statements]
  var b = [{ 1, 2 }]
  var d : [5] = 1
--        ^ ERROR: unexpected symbol near '['
end
