-- Terra functions as values, declared before they are defined, with several results; methods in any order.
import "regent"

local c = terralib.includecstring [[
#include <stdlib.h>
static int twice_of(int x) { return 2 * x; }
]]

struct vec { x : double, y : double }
terra vec:norm2() : double return self:dot(self) end
terra vec:dot(o : &vec) : double return self.x * o.x + self.y * o.y end

terra odd :: {int} -> bool
terra even(n : int) : bool
  if n == 0 then return true end
  return odd(n - 1)
end
terra odd(n : int) : bool
  if n == 0 then return false end
  return even(n - 1)
end
assert(even(10) and odd(7) and not even(3))

terra divmod(a : int, b : int) : {int, int}
  return a / b, a % b
end
terra both(a : int, b : int)
  var q, r = unpacktuple(divmod(a, b))
  return q, r, 0.5
end
assert(tostring(divmod.type) == "{int32,int32} -> {_0 : int32, _1 : int32}")

terra add(a : int, b : int) return a + b end
terra sub(a : int, b : int) return a - b end
terra apply(f : {int, int} -> int, a : int, b : int) : int return f(a, b) end

struct operation { run : {int, int} -> int, count : int }
local table_of = terra(which : int) : {int, int} -> int
  if which == 0 then return add end
  return sub
end

terra compare(a : &opaque, b : &opaque) : int
  var x, y = @[&int](a), @[&int](b)
  if x < y then return -1 elseif x > y then return 1 else return 0 end
end

terra sort_four() : int
  var a = arrayof(int, 5, 3, 9, 1)
  c.qsort(&a, 4, sizeof(int), compare)
  return a[0] * 1000 + a[1] * 100 + a[2] * 10 + a[3]
end
assert(sort_four() == 1359)

terra with_c_function(f : {int} -> int, x : int) : int return f(x) end
terra call_c() : int return with_c_function(c.twice_of, 21) end
assert(call_c() == 42)

assert(tostring(add.type) == "{int32,int32} -> int32" and add.name == "add")
assert(add:gettype().returntype == int and #add.type.parameters == 2)
assert(tostring({int, int} -> int) == "{int32,int32} -> int32")
assert(c.qsort.name == "qsort" and c.qsort:gettype().parameters[2] == uint64)
add.note = "kept"
assert(add.note == "kept" and add.other == nil)

task main()
  var o = operation { run = sub, count = 2 }
  regentlib.assert(apply(add, 1, 2) == 3 and apply(sub, 1, 2) == -1, "function as an argument")
  var f = table_of(1)
  regentlib.assert(f(9, 4) == 5, "function in a variable")
  f = add
  regentlib.assert(f(9, o.count) == 11, "another function in a variable")
  var v = vec { 3.0, 4.0 }
  regentlib.assert(v:norm2() == 25.0, "method defined later")
  var t = both(17, 5)
  regentlib.assert(t._0 == 3 and t._1 == 2 and t._2 == 0.5, "several results")
  regentlib.assert(sort_four() == 1359 and call_c() == 42 and even(8), "calls")
  regentlib.c.printf("functions are values\n")
end
regentlib.start(main)

--[==[ OUTPUT
functions are values
]==]
