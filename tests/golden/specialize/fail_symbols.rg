-- RUN: check
-- Escapes in the place of parameters and variables must give symbols.
import "regent"

local untyped = regentlib.newsymbol("untyped")
local typed = regentlib.newsymbol(int, "typed")

task text(["no symbol"])
--        ^~~~~~~~~~~~~ ERROR: mismatch in specialization: expected a symbol or list of symbols but got value of type string
end

task number_in_list([terralib.newlist({ typed, 5 })])
--                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: param list contains non-symbol
end

task without_type([untyped])
--                ^~~~~~~~~ ERROR: param symbol must be typed
end

task variables()
  var ["x"] = 1
--    ^~~~~ ERROR: mismatch in specialization: expected a symbol but got value of type string
  for [7] = 0, 3 do end
--    ^ ERROR: mismatch in specialization: expected a symbol but got value of type number
end
