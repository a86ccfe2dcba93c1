-- RUN: check
-- Quotes of statements are no expressions, and the other way round.
import "regent"

local statements = rquote var x = 1 end

task main()
  var a = [statements]
--        ^~~~~~~~~~~~ ERROR: unable to specialize value of type rquote
  var b = [{ 1, 2 }]
--        ^~~~~~~~~~ ERROR: unable to specialize value of type table
  var d = [int]
--        ^~~~~ ERROR: unable to specialize value of type type
--        ^~~~~ NOTE: this is a type, and a value is expected here
  var e = [nil]
--        ^~~~~ ERROR: unable to specialize value of type nil
end
