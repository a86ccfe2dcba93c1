-- RUN: check
-- Escapes in the place of parameters and variables must give symbols.
import "regent"

local untyped = regentlib.newsymbol("untyped")
local typed = regentlib.newsymbol(int, "typed")

task text(["no symbol"])
end

task number_in_list([terralib.newlist({ typed, 5 })])
end

task without_type([untyped])
end

task variables()
  var ["x"] = 1
  for [7] = 0, 3 do end
end
