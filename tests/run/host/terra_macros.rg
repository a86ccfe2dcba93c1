-- Terra's macros: arguments that are types, statements and plain values as results, methods; `sizeof`.
import "regent"

local c = regentlib.c

local allocate = macro(function(T, count)
  local type = T:astype()
  return `[&type](c.malloc(sizeof(type) * count))
end)
local increment = macro(function(place) return quote place = place + 1 end end)
local seven = macro(function() return 7 end)
local kind = macro(function(e)
  if e:istype() then return "type" end
  if e:gettype():isfloat() then return "float" end
  return e:asvalue() and ("constant " .. tostring(e:asvalue())) or "other"
end)

struct vec { x : double, y : double }
vec.methods.sum_plus = macro(function(self, n) return `self.x + self.y + n end)
vec.metamethods.__apply = terra(self : vec, k : double) : double return self.x * k end
vec.metamethods.__entrymissing = macro(function(name, self)
  if name:asvalue() == "length2" then return `self.x * self.x + self.y * self.y end
  error("no entry " .. name:asvalue())
end)
vec.metamethods.__methodmissing = macro(function(name, self, by)
  if name:asvalue() ~= "scale" then error("no method " .. name:asvalue()) end
  return quote self.x = self.x * by; self.y = self.y * by end
end)

struct matrix { values : double[9] }
matrix.metamethods.__apply = macro(function(self, i, j) return `self.values[3 * i + j] end)
terra elements() : double
  var m : matrix
  m(1, 2) = 4
  m(0, 0) = 1.5
  return m(1, 2) + (&m)(0, 0)
end
assert(elements() == 5.5)

terra chosen(n : int) : int
  var place = 0
  terralib.attrstore(&place, terralib.select(n > 3, n * 2, -1), { nontemporal = true })
  return terralib.attrload(&place, { nontemporal = true })
end
assert(chosen(4) == 8 and chosen(3) == -1)

terra work() : int
  var p = allocate(int, 4)
  p[2] = 5
  increment(p[2])
  var total = p[2] * 10 + seven()
  c.free(p)
  return total
end
assert(work() == 67)

terra structs() : double
  var v = vec { 3.0, 4.0 }
  v:scale(2.0)
  return v:sum_plus(1) + v(10.0) + v.length2
end
assert(structs() == 15 + 60 + 100)

terra kinds(which : int) : rawstring
  if which == 0 then return kind(int)
  elseif which == 1 then return kind(2.5)
  elseif which == 2 then return kind(3)
  else return kind(which) end
end
terra letters(text : rawstring) : int return c.strlen(text) end
assert(letters(kinds(0)) == 4 and letters(kinds(1)) == 5 and letters(kinds(2)) == 10 and letters(kinds(3)) == 5)

terra sizes() : int
  return sizeof(vec) + sizeof(int[3]) * 100 + sizeof(&int) * 10000
end
assert(sizes() == 16 + 1200 + 80000)
assert(sizeof(vec) == 16 and terralib.sizeof(int64) == 8)
assert((`1 + 2.0):gettype() == double)

struct cell { a : int, b : float[2] }
task main()
  regentlib.assert(work() == 67 and structs() == 175.0, "terra functions with macros")
  var bytes = sizeof(cell) * 3
  var cells = [&cell](c.malloc(bytes))
  cells[2].b[1] = 1.5
  regentlib.assert(bytes == 36 and cells[2].b[1] == 1.5, "sizeof in a task")
  c.free(cells)
  c.printf("macros\n")
end
regentlib.start(main)

--[==[ OUTPUT
macros
]==]
