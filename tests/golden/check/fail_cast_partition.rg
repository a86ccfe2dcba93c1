-- RUN: check
import "regent"

struct short { x : int, y : int }
terra short.metamethods.__add(a : short, b : short) : short return short { a.x + b.x, a.y + b.y } end
terra short.metamethods.__sub(a : short, b : short) : short return short { a.x - b.x, a.y - b.y } end
local short2d = index_type(short, "short2d")

task dynamic_casts(n : int)
  var r = region(ispace(int1d, 4), int)
  var s = region(ispace(int1d, 4), int1d(int, r))
  var colors = ispace(int1d, 4)
  var p = image(r, partition(equal, s, colors), s)
  var a = dynamic_cast(partition(disjoint, r, colors), p)
  var d = dynamic_cast(partition(disjoint, r, ispace(int1d, 4)), p)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: incompatible partitions for dynamic_cast: partition(disjoint, $r, ispace(int1d)) and partition(aliased, $r, $colors)
  var e = dynamic_cast(partition(disjoint, s, colors), p)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: incompatible partitions for dynamic_cast: partition(disjoint, $s, $colors) and partition(aliased, $r, $colors)
  var f = dynamic_cast(partition(disjoint, r, colors), n)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in dynamic_cast: expected partition type, got int32
end

-- Pointers of less than 64 bits for each component are none yet that images follow.
task narrow_pointers()
  var r = region(ispace(short2d, { 5, 5 }), int)
  var s = region(ispace(short2d, { 5, 5 }), short2d(int, r))
  var p = partition(equal, s, ispace(short2d, { 3, 3 }))
  var q = image(r, p, s)
--        ^~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected field of 64-bit index type (for now) but got short2d(int32, $r)
  var t = preimage(s, partition(equal, r, ispace(short2d, { 3, 3 })), s)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected field of 64-bit index type (for now) but got short2d(int32, $r)
end
