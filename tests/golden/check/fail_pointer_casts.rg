-- RUN: check
import "regent"

task pointers(r : region(int), s : region(double), t : region(ispace(int2d), int), p : ptr(double, s))
  var a = dynamic_cast(int, 5)
--        ^~~~~~~~~~~~~~~~~~~~ ERROR: dynamic_cast requires ptr type or partition type as argument 1, got int32
  var b = dynamic_cast(ptr(int, r), p)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in dynamic_cast: expected a pointer to int32, got double
  var c = dynamic_cast(ptr(int, t), 0)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: ptr expected region(int32) as argument 2, got region(ispace(int2d), int32)
  var d = dynamic_cast(int2d(int, t), 0)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in dynamic_cast: expected int2d, got int32
  var e = static_cast(int, 5)
--        ^~~~~~~~~~~~~~~~~~~ ERROR: static_cast requires partition or ptr type as argument 1, got int32
  var f = static_cast(ptr(int, r), 5)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: static_cast requires ptr as argument 2, got int32
  var g = static_cast(ptr(int, r), p)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: incompatible pointers for static_cast: ptr(int32, $r) and ptr(double, $s)
  var h = unsafe_cast(ptr(int, r, r), 5)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: unsafe_cast requires single ptr type as argument 1, got ptr(int32, $r, $r)
  var i = unsafe_cast(int2d(int, t), 5)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: unsafe_cast requires int2d as argument 2, got int32
  var j = isnull(5)
--        ^~~~~~~~~ ERROR: isnull requires bounded type, got int32
end

task partitions(r : region(ispace(int1d), int), s : region(ispace(int1d), int),
                p : partition(aliased, r, ispace(int1d)), q : partition(disjoint, r, ispace(int1d)))
  var a = static_cast(partition(disjoint, r, ispace(int1d)), 1)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: static_cast requires partition type as argument 2, got int32
  var b = static_cast(partition(disjoint, r, ispace(int1d)), p)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: aliased partitions cannot be casted to disjoint partitions
  var c = static_cast(partition(disjoint, r, ispace(int2d)), q)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ispace(int2d) for color space but got ispace(int1d)
  var d = static_cast(partition(disjoint, s, ispace(int1d)), q)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: the region $r is not a subregion of $s
  var e = static_cast(partition(aliased, r, ispace(int1d)), q)
end
