-- Forms of the appendix that no other test has: cross products of several colorings, predicates of floating-point
-- numbers, annotations that allow.
import "regent"
local c = regentlib.c
local finite, isnan, isinf, nan = regentlib.finite(double), regentlib.isnan(double), regentlib.isinf(double), regentlib.nan(double)
assert(type(regentlib.binding_library) == "string")
task f()
  var n = 0
  __allow(__vectorize)
  for i = 0, 10 do n += i end
  return n
end
terra colorings()
  return [&c.legion_coloring_t](c.malloc([terralib.sizeof(c.legion_coloring_t)] * 2))
end
task main()
  regentlib.assert(finite(1.0) ~= 0 and isnan(1.0) == 0 and isinf(1.0) == 0, "floats")
  var z = 0.0
  regentlib.assert(finite(1.0 / z) == 0 and isnan(z / z) ~= 0 and isinf(1.0 / z) ~= 0, "floats")
  var r = region(ispace(ptr, 4), int)
  var first = c.legion_coloring_create()
  for k = 0, 4 do c.legion_coloring_add_point(first, k / 2, __raw(unsafe_cast(ptr(int, r), ptr(k)))) end
  var p = partition(disjoint, r, first)
  c.legion_coloring_destroy(first)
  var second = colorings()
  for k = 0, 2 do
    second[k] = c.legion_coloring_create()
    for j = 0, 2 do c.legion_coloring_add_point(second[k], j, __raw(unsafe_cast(ptr(int, r), ptr(2 * k + j)))) end
  end
  var cp = cross_product_array(p, disjoint, second)
  for k = 0, 2 do c.legion_coloring_destroy(second[k]) end
  c.free(second)
  fill(r, 0)
  var n = 1
  for i = 0, 2 do
    for j = 0, 2 do
      for e in cp[i][j] do @e = 10 * i + j; n += 1 end
    end
  end
  var s = 0
  for e in r do s += @e end
  regentlib.assert(n == 5 and s == 0 + 1 + 10 + 11, "cross product of arrays")
  regentlib.assert_error(true, "no")
  c.printf("%d\n", f())
end
regentlib.start(main)

--[==[ OUTPUT
45
]==]
