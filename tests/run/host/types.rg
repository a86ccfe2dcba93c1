-- Types as Lua values.
import "regent"

assert(int == int32 and uint == uint32 and int[3] == int32[3] and int[3] ~= int[4])
assert(tostring(int[3]) == "int32[3]" and tostring(&float) == "&float" and tostring(rawstring) == "&int8")
assert(tostring({ int, double } -> {}) == "{int32,double} -> {}")
assert(int:isprimitive() and int:isintegral() and not int:isfloat() and float:isfloat() and bool:islogical())
assert((&int):ispointer() and (&int).type == int and int[3]:isarray() and int[3].N == 3 and int[3].type == int)
assert(vector(double, 4):isvector() and tostring(vector(double, 4)) == "vector(double,4)")
assert(int2d.dim == 2 and rect2d.dim == 2)
assert(terralib.types.istype(int) and not terralib.types.istype(5))
assert(terralib.sizeof(int) == 4 and terralib.sizeof(&int) == 8 and terralib.sizeof(int3d) == 24)

struct point {
  x : double,
  y : float,
}
assert(point:isstruct() and point.name == "point" and tostring(point) == "point")
assert(#point.entries == 2 and point.entries[1].field == "x" and point.entries[2].type == float)
assert(terralib.sizeof(point) == 16)
point.note = "kept"
assert(point.note == "kept")

local made = terralib.types.newstruct("made")
made.entries:insert({ "n", int })
made.entries:insert({ field = "p", type = &made })
assert(terralib.sizeof(made) == 16)

fspace cell {
  value : point,
  count : int,
}
assert(regentlib.is_fspace_instance(cell) and tostring(cell) == "cell()")
local count = cell.fields[2].field
assert(count:getname() == "count" and count.symbol_name == "count" and count.symbol_type == int)

local r = regentlib.newsymbol(region(ispace(int1d), cell), "r")
assert(tostring(r) == "$r" and r:getname() == "r" and regentlib.is_region(r:gettype()))
assert(tostring(r:gettype()) == "region(ispace(int1d), cell())")
assert(tostring(int1d(cell, r)) == "int1d(cell(), $r)" and int1d(cell, r) == int1d(cell, r))
assert(not regentlib.newsymbol("untyped"):hastype())

local six = terralib.constant(int64, 6)
local table_of_values = { nested = { value = 7, kind = double } }

task main()
  var m : made
  m.n = 5
  m.p = &m
  regentlib.assert(m.p.n == 5, "a struct from Lua")
  var total = [six] + table_of_values.nested.value
  regentlib.assert(total == 13, "constants from Lua")
  var half = table_of_values.nested.kind(1) / 2
  regentlib.assert(half == 0.5, "a type from a table")
end

regentlib.start(main)
