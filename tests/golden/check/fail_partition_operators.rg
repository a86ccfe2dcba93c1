-- RUN: check
-- What the operands of images, preimages, by-field partitions, restrictions and set operations have to be.
import "regent"

fspace pair {
  a : int1d,
  b : int,
  c : int2d,
}

task no_privilege(r : region(ispace(int1d), int1d), s : region(ispace(int1d), int))
--                ^ NOTE: `no_privilege` declares no privilege on `r`
--                ^ NOTE: `no_privilege` declares no privilege on `r`
--                ^ NOTE: `no_privilege` declares no privilege on `r`
  var p = partition(r, ispace(int1d, 2))
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid privileges in argument 1: reads($r)
  var q = partition(equal, r, ispace(int1d, 2))
  var i = image(s, q, r)
--        ^~~~~~~~~~~~~~ ERROR: invalid privileges in argument 3: reads($r)
  var j = preimage(r, partition(equal, s, ispace(int1d, 2)), r)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid privileges in argument 3: reads($r)
end

terra shifted(r : rect1d)
  return r
end

task points(r : rect1d) : int1d
  return r.lo
end

task main()
  var colors = ispace(int1d, 2)
  var r = region(ispace(int1d, 6), pair)
  var s = region(ispace(int1d, 6), int)
  var opaque = region(ispace(ptr, 6), int)
  var p = partition(equal, r, colors)
  var q = partition(equal, s, colors)
  var t : transform(1, 1)

  var by_field_1 = partition(r, colors)
--                 ^~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected 1 field but got 3
  var by_field_2 = partition(r.b, colors)
--                 ^~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected field of type int1d but got int32
  var by_field_3 = partition(r.a, 2)
--                 ^~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ispace but got int32
  var image_1 = image(s, p, r.{a, b})
--              ^~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected 1 field but got 2
  var image_2 = image(s, p, r.b)
--              ^~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected field of index or rect type but got int32
  var image_3 = image(s, p, r.c)
--              ^~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected field with dim 1 but got int2d
  var image_4 = image(2, p, r.a)
--              ^~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected region but got int32
  var image_5 = image(s, r, r.a)
--              ^~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected partition but got region(ispace(int1d), pair())
  var image_6 = image(s, q, r.a)
--              ^~~~~~~~~~~~~~~~ ERROR: invalid image missing constraint $s <= $r
  var image_7 = image(s, q, points)
--              ^~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected {rect1d} -> rect1d but got {rect1d} -> int1d
  var image_8 = image(s, q, shifted)
--              ^~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected task but got a non-task value
  var image_9 = image(opaque, q, points)
--              ^~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected region with structured indexspace but got one with unstructured indexspace
  var grid = region(ispace(int2d, { 2, 2 }), int)
  var image_10 = image(grid, q, points)
--               ^~~~~~~~~~~~~~~~~~~~~~ ERROR: index type mismatch between int2d (argument 1) and int1d (argument 2)
  var preimage_1 = preimage(s, q, r.a)
--                 ^~~~~~~~~~~~~~~~~~~ ERROR: invalid image missing constraint $s <= $r
  var restrict_1 = restrict(s, 1, rect1d { 0, 1 }, colors)
--                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected transform type but got int32
  var restrict_2 = restrict(s, t, rect2d { { 0, 0 }, { 1, 1 } }, colors)
--                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected rect1d type but got rect2d
  var joined = p | q
--             ^~~~~ ERROR: type mismatch between partition(disjoint, $r, $colors) and partition(disjoint, $s, $colors)
  var cut = s & p[0]
--          ^~~~~~~~ ERROR: type mismatch: expected a partition but got region(ispace(int1d), pair())
  var cross = cross_product(p)
--            ^~~~~~~~~~~~~~~~ ERROR: cross product expected at least 2 arguments, got 1
  var crossed = cross_product(p, s)
--              ^~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected partition but got region(ispace(int1d), int32)
  var coloring = partition(disjoint, s, 5)
--               ^~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected legion_domain_coloring_t but got int32
end

task no_operators(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)))
  var a = p * p
--        ^~~~~ ERROR: operator * not supported on partitions
  var b = p == p
--        ^~~~~~ ERROR: operator == not supported on partitions
  var c = r - p
--        ^~~~~ ERROR: operator - not supported on partitions
end
