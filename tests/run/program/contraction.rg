-- Contraction C[i,l,m] = A[i,j,k] * B[j,k,l,m] with 3- and 4-dimensional regions, tiles and a reduction copy.
import "regent"
local c = regentlib.c
local I, J, K, L = 6, 4, 5, 8

task set_a(a : region(ispace(int3d), double))
where writes(a) do for e in a do a[e] = 1 + e.x - 2 * e.y + 0.5 * e.z end end
task set_b(b : region(ispace(int3d), double))
where writes(b) do for e in b do b[e] = (e.x * e.y + e.z) % 3 end end

-- The sum over a slab of j.
task contract(a : region(ispace(int3d), double), b : region(ispace(int3d), double), r : region(ispace(int2d), double))
where reads(a, b), reduces +(r) do
  var ra = a.bounds
  for il in r do
    var sum = 0.0
    for j = ra.lo.y, ra.hi.y + 1 do
      for k = ra.lo.z, ra.hi.z + 1 do
        sum += a[{ il.x, j, k }] * b[{ j, k, il.y }]
      end
    end
    r[il] += sum
  end
end

task main()
  var a = region(ispace(int3d, { I, J, K }), double)
  var b = region(ispace(int3d, { J, K, L }), double)
  var r = region(ispace(int2d, { I, L }), double)
  var r2 = region(ispace(int2d, { I, L }), double)
  var slabs = ispace(int3d, { 1, 2, 1 })
  var pa = partition(equal, a, slabs)
  var pb = partition(equal, b, ispace(int3d, { 2, 1, 1 }))
  var rows = partition(equal, r, ispace(int2d, { 2, 2 }))
  set_a(a)
  set_b(b)
  fill(r, 0)
  fill(r2, 0)
  __demand(__index_launch)
  for s = 0, 2 do contract(pa[{ 0, s, 0 }], pb[{ s, 0, 0 }], r) end
  __forbid(__index_launch)
  for s in slabs do contract(pa[s], pb[{ s.y, s.x, s.z }], r2) end
  var worst = 0.0
  for il in r do
    var want = 0.0
    for j = 0, J do for k = 0, K do
      want += (1 + il.x - 2 * j + 0.5 * k) * ((j * k + il.y) % 3)
    end end
    regentlib.assert(want == r[il] and want == r2[il], "contracted")
    worst max= want
  end
  copy(r, r2, +)
  var total = 0.0
  for il in r2 do total += r2[il] end
  c.printf("largest %.3f twice the sum %.3f\n", worst, total)
end
regentlib.start(main)

--[==[ OUTPUT
largest 121.500 twice the sum 2712.000
]==]
