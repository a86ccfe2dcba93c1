-- RUN: check
-- The first mistake in Lua ends the program's Lua, so this file shows one of the library's own messages; the others
-- are caught.
import "regent"

local function message(f, ...)
  local _, text = pcall(f, ...)
  -- Without the place.
  print((text:gsub("^.-:%d+: ", "")))
end

local r = regentlib.newsymbol(region(ispace(int1d), int), "r")
message(region)
message(region, int, int)
message(region, ispace(int1d), ispace(int1d))
message(ispace, int)
message(partition, "equal", r)
message(partition, disjoint, int)
message(ptr, int)
message(ptr, int, int)
message(int, 5)
message(function() return int[-1] end)
message(function() return int["x"] + 1 end)
message(int.isstruct)
message(vector, r, 4)
message(vector, float, 0)
message(regentlib.privilege, regentlib.atomic, r)
message(regentlib.privilege, regentlib.reads, int)
message(regentlib.reduces, "%")
message(regentlib.newsymbol("x").gettype, regentlib.newsymbol("x"))
message(terralib.sizeof, opaque)
message(function() return regentlib.attach end)
message(function() return terralib.no_such_function end)
message(regentlib.assert, false, "said so")

local value = regentlib.no_such_member
-- 1-38 ERROR: `regentlib.no_such_member` is not supported yet

--[==[ OUTPUT
expected a type as argument 1, got no value
expected an ispace as argument 1, got int32
a region cannot have elements of type ispace(int1d)
expected an index type as argument 1, got int32
expected disjoint or aliased as argument 1, got equal
expected a region variable as argument 2, got type
ptr expected a region or ispace variable
expected a region or ispace variable as argument 2, got type
type int32 cannot be called from Lua: casts are part of tasks
expected a whole number of elements, got -1
attempt to perform arithmetic on field 'x' (a nil value)
expected a type, got no value (call methods with `:`)
expected a type as argument 2, got symbol
expected a number of elements from 1 to 1024
expected a privilege as argument 1
expected a region variable as argument 2, got type
reduces expected a reduction operator, got '%'
the type of symbol $x is not known yet
the size of opaque is not known while compiling
`regentlib.attach` is not supported yet
`terralib.no_such_function` is not supported yet
assertion failed: said so
]==]
