-- RUN: run
-- Dynamic, static and unsafe casts; pointers into several regions; null.
import "regent"

fspace cell {
  a : int,
  b : double,
}

task sum_of_values(r : region(ispace(ptr), int), s : region(ispace(ptr), int), p : ptr(int, r, s))
where reads(r, s) do
  return @p
end

task increment(r : region(ispace(ptr), int), s : region(ispace(ptr), int), p : ptr(int, r, s))
where reads writes(r, s) do
  @p += 10
end

task opaque()
  var r = region(ispace(ptr, 6), int)
  var pieces = partition(equal, r, ispace(int1d, 3))
  var first, second, third = pieces[0], pieces[1], pieces[2]
  for p in r do @p = int(p) * 100 end

  var x = dynamic_cast(ptr(int, r), 3)
  regentlib.assert(not isnull(x) and @x == 300, "inside")
  regentlib.assert(isnull(dynamic_cast(ptr(int, r), 6)), "behind the end")
  regentlib.assert(isnull(null(ptr(int, r))), "null")
  regentlib.assert(isnull(dynamic_cast(ptr(int, first), x)), "another piece")

  var many = dynamic_cast(ptr(int, first, second), x)
  regentlib.assert(not isnull(many) and @many == 300, "one of two")
  @many = 301
  regentlib.assert(@x == 301, "the same element")
  @many += 2
  regentlib.assert(@x == 303, "reduction through a pointer into several regions")
  regentlib.assert(isnull(dynamic_cast(ptr(int, first, third), x)), "neither of two")

  var turned = static_cast(ptr(int, second, third, first), many)
  regentlib.assert(@turned == 303, "turned")
  regentlib.assert(isnull(static_cast(ptr(int, first), turned)), "not proved to be inside")
  regentlib.assert(@static_cast(ptr(int, r), turned) == 303, "up")
  regentlib.assert(isnull(static_cast(ptr(int, r), static_cast(ptr(int, first), turned))), "null stays null")
  regentlib.assert(@unsafe_cast(ptr(int, second), 2) == 200, "unsafe")

  increment(first, second, many)
  regentlib.assert(sum_of_values(first, second, many) == 313, "argument")
end

task structured()
  var r = region(ispace(int2d, {4, 3}), cell)
  var pieces = partition(equal, r, ispace(int2d, {2, 1}))
  var left, right = pieces[{0, 0}], pieces[{1, 0}]
  fill(r.a, 0)
  fill(r.b, 0.5)
  var p = dynamic_cast(int2d(cell, left, right), int2d {3, 2})
  regentlib.assert(not isnull(p) and p.x == 3 and p.y == 2, "coordinates")
  p.a = 5
  regentlib.assert(r[{3, 2}].a == 5, "field")
  var whole = @p
  whole.b = 1.5
  @p = whole
  regentlib.assert(r[{3, 2}].b == 1.5 and right[{3, 2}].a == 5, "whole element")
  regentlib.assert(isnull(dynamic_cast(int2d(cell, r), int2d {4, 0})), "outside")
  regentlib.assert(int2d {3, 2} <= r and not (int2d {4, 2} <= r.ispace), "membership")
end

task indices(is : ispace(int1d))
  var inside = dynamic_cast(int1d(is), 4)
  var outside = dynamic_cast(int1d(is), 9)
  regentlib.assert(not isnull(inside) and isnull(outside), "index of an ispace")
  regentlib.assert(int64(inside) + 1 == 5, "number")
end

-- Pointers made of their parts, in terra code too.
local function of_number(T)
  return terra(x : int)
    return T { __ptr = [ptr] { __ptr = regentlib.c.legion_ptr_t { value = x } } }
  end
end

task parts()
  var r = region(ispace(ptr, 3), int)
  var p = [of_number(ptr(int, r))](2)
  @p = 5
  regentlib.assert(int64(p) == 2 and r[2] == 5, "made of parts")
end

task main()
  parts()
  opaque()
  structured()
  indices(ispace(int1d, 5))
  regentlib.c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
