-- RUN: check
-- Lists: indices, elements, forms and copies that do not fit.
import "regent"

fspace cell { a : int, b : double }

task main()
  var l = list_range(0, 5)
  var r = region(ispace(int1d, 6), cell)
  var p = partition(equal, r, ispace(int1d, 3))
  var q = partition(equal, r, ispace(int2d, { 3, 1 }))
  var pieces = list_slice_partition(p, list_range(0, 3))
  var copies = list_duplicate_partition(p, list_range(0, 3))
  var common = list_cross_product(pieces, copies)
  var barriers = list_phase_barriers(common)
  var one = phase_barrier(1)

  l[0] = 5
--^~~~ ERROR: type mismatch: write expected an lvalue but got int32
  var x = l[r]
--        ^~~~ ERROR: type mismatch: expected int32 or list(int32) but got region(ispace(int1d), cell())
  var y = l.first
--          ^~~~~ ERROR: no field 'first' in type list(int32)
  var z = l:length()
--        ^~~~~~~~~~ ERROR: invalid method call for list(int32):length()
  var a = list_range(0, "three")
--        ^~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected int32 but got &int8
  var b = list_ispace(l)
--        ^~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected an ispace but got list(int32)
  var c = list_from_element(5, 5)
--        ^~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected a list but got int32
  var d = list_slice_partition(r, l)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a partition but got region(ispace(int1d), cell())
  var e = list_slice_partition(p, 5)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected list(int32) but got int32
  var f = list_duplicate_partition(q, l)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected list(int2d) but got list(int32)
  var g = list_cross_product(pieces, r)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a list of regions but got region(ispace(int1d), cell())
  var h = list_cross_product_complete(pieces, copies)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a list of lists of regions but got list(region(ispace(int1d), cell()))
  var i = list_phase_barriers(pieces)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a list cross-product but got list(region(ispace(int1d), cell()))
  var j = list_invert(common, common, barriers)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a list of regions but got list(list(region(ispace(int1d), cell())))
  var k = list_invert(copies, copies, barriers)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a list cross-product but got list(region(ispace(int1d), cell()))
  var m = list_invert(copies, common, one)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected list(list(phase_barrier)) but got phase_barrier
  var n : int = l
--^~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected int32 but got list(int32)
  for s in pieces do end
--^~~~~~~~~~~~~~~~~~~~~~ ERROR: iterator for loop expected ispace, region, rect or list, got list(region(ispace(int1d), cell()))
  copy(pieces.a, r.a)
--^~~~~~~~~~~~~~~~~~~ ERROR: must copy from less-nested to more-nested list
  copy(common.a, pieces.a)
--^~~~~~~~~~~~~~~~~~~~~~~~ ERROR: must copy from less-nested to more-nested list
  copy(r.a, pieces.a, awaits(barriers))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: copy must await list of same or less depth than destination
  copy(r.a, pieces.a, arrives(barriers))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: copy must arrive list of same or less depth than destination
  copy(r.a, pieces.c)
--          ^~~~~~~~ ERROR: no field 'c' in region $pieces
  fill(pieces.c, 5)
--     ^~~~~~~~ ERROR: no field 'c' in region $pieces
  fill(l, 5)
--     ^ ERROR: type mismatch: expected a region but got list(int32)
  arrive(l)
--^~~~~~~~~ ERROR: type mismatch in argument 1: expected a phase barrier but got list(int32)
end
