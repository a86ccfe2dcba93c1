-- What programs define for their own types: operators, overloaded functions and methods, conversions. Complex
-- numbers.
import "regent"

local format = require("std/format")

struct vec { x : double, y : double }

terra vec.metamethods.__add(a : vec, b : vec) : vec return vec { a.x + b.x, a.y + b.y } end
terra vec.metamethods.__unm(a : vec) : vec return vec { -a.x, -a.y } end
terra vec.metamethods.__eq(a : vec, b : vec) : bool return a.x == b.x and a.y == b.y end
vec.metamethods.__mul = terralib.overloadedfunction("__mul", {
  terra(a : double, b : vec) : vec return vec { a * b.x, a * b.y } end,
  terra(a : vec, b : double) : vec return vec { a.x * b, a.y * b } end,
})
vec.metamethods.__cast = function(from, to, value)
  if to == vec and from == int1d then return `vec { [double](int64(value)), 0 } end
  if to == double and from == vec then return `value.x end
  error("no such conversion")
end

vec.methods.scale = terralib.overloadedfunction("scale", {
  terra(self : &vec, by : double) self.x = self.x * by end,
  terra(self : &vec, x : double, y : double) self.x = self.x * x; self.y = self.y * y end,
})

terra vec.methods.dot(self : vec, other : vec) : double return self.x * other.x + self.y * other.y end
terra vec:size2() : double return self:dot(@self) end

task norms(r : region(ispace(int1d), vec)) : double
where reads(r) do
  var total = 0.0
  for e in r do total += (@e):dot(@e) end
  return total
end

local square = macro(function(value) return `value * value end)

terra with_macro(x : int) : int return square(x) + square(2) end

task main()
  var by_value = vec { 3, 4 }
  regentlib.assert(by_value:dot(by_value) == 25 and by_value:size2() == 25, "methods that take the value")
  regentlib.assert((&by_value):dot(vec { 1, 0 }) == 3, "methods that take the value, through a pointer")
  var vecs = region(ispace(int1d, 2), vec)
  fill(vecs, by_value)
  regentlib.assert(norms(vecs) == 50, "methods that take the value of an element")
  var v = vec { 1, 2 } + vec { 3, 4 }
  v = 2 * v * 0.5
  format.println("{} {} {}", v.x, v.y, v == vec { 4, 6 })
  v:scale(2)
  v:scale(0.5, 10)
  v = -v
  format.println("{} {}", v.x, v.y)
  var i : int1d = 3
  var from_index : vec = i
  var to_number : double = from_index
  format.println("{} {}", from_index.x, to_number)
  format.println("{}", with_macro(3))

  var a = complex { 1, 2 }
  var b = a * complex { 3, -1 } / 2 + 1.5
  a += b
  format.println("{} {} {}", b, a, -a == complex { -5, -4.5 })
  var single : complex32 = 2
  var wide : complex64 = single
  format.println("{} {}", single, wide ~= a)
end
regentlib.start(main)

--[==[ OUTPUT
4.000000 6.000000 true
-4.000000 -60.000000
3.000000 3.000000
13
4.000000 + 2.500000j 5.000000 + 4.500000j true
2.000000 + 0.000000j true
]==]
