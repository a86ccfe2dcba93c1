-- Quotes of terra as text, which generated programs put into their messages.
import "regent"

local c = regentlib.c
local struct inner { size : int }
local struct outer { name : &int8, part : inner[3] }

local function field_name(e) return (tostring(e):gsub("%b()%.", ""):gsub("\n", "")) end

local texts = terralib.newlist()
local function describe(object)
  local path = `(@object).part
  for i = 0, 1 do
    texts:insert(field_name(`[path][i].size))
  end
  texts:insert(field_name(`(@object).["name"]))
  return `[path][0].size + [path][1].size
end

assert(tostring(`1 + 2 * 3) == "1 + 2 * 3\n")
assert(tostring(`(1 + 2) * 3 - (4 - 5)) == "(1 + 2) * 3 - (4 - 5)\n")
assert(tostring(`not (true and false)) == "not (true and false)\n")
assert(tostring(`c.strlen("a\"b")) == 'strlen("a\\"b")\n')
local one = `1
assert(tostring(`[one] + 2.5) == "1 + 2.5\n")
-- Statements have no spelling.
assert(tostring(quote var x = 1 in x end) == "quote")

terra total(object : &outer)
  return [describe(object)]
end

terra sum()
  var o : outer
  o.part[0].size = 3
  o.part[1].size = 4
  return total(&o)
end

task main()
  regentlib.assert(sum() == 7, "sum")
  c.printf("%s\n", [table.concat(texts, " ")])
end
regentlib.start(main)

--[==[ OUTPUT
part[0].size part[1].size name
]==]
