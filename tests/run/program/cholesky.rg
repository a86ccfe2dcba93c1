-- Blocked Cholesky with 2-D tiles through index launches over triangles, and BLAS-like tasks in terra.
import "regent"
local c = regentlib.c
local cmath = terralib.includec("math.h")

local B, T = 8, 4
local N = B * T

local function view(A, lda) return macro(function(i, j) return `A[j * lda + i] end) end

terra potrf(A : &double, lda : int)
  for k = 0, B do
    var d = cmath.sqrt(A[k * lda + k])
    A[k * lda + k] = d
    for i = k + 1, B do A[k * lda + i] = A[k * lda + i] / d end
    for j = k + 1, B do
      for i = j, B do A[j * lda + i] = A[j * lda + i] - A[k * lda + i] * A[k * lda + j] end
    end
  end
end

local terra base2(pr : c.legion_physical_region_t, fid : c.legion_field_id_t, rect : rect2d, ld : &int) : &double
  var acc = c.legion_physical_region_get_field_accessor_array_2d(pr, fid)
  var sub : c.legion_rect_2d_t
  var off : c.legion_byte_offset_t[2]
  var r : c.legion_rect_2d_t
  r.lo.x[0], r.lo.x[1] = rect.lo.x, rect.lo.y
  r.hi.x[0], r.hi.x[1] = rect.hi.x, rect.hi.y
  var p = c.legion_accessor_array_2d_raw_rect_ptr(acc, r, &sub, off)
  @ld = off[1].offset / sizeof(double)
  return [&double](p)
end

task dpotrf(a : region(ispace(int2d), double))
where reads writes(a) do
  var ld : int
  var p = base2(__physical(a)[0], __fields(a)[0], a.bounds, &ld)
  potrf(p, ld)
end

-- X L' = A
task dtrsm(l : region(ispace(int2d), double), a : region(ispace(int2d), double))
where reads(l), reads writes(a) do
  var lo, ao = l.bounds.lo, a.bounds.lo
  for i = 0, B do
    for k = 0, B do
      var s = a[ao + { i, k }]
      for j = 0, k do s -= a[ao + { i, j }] * l[lo + { k, j }] end
      a[ao + { i, k }] = s / l[lo + { k, k }]
    end
  end
end

task dgemm(x : region(ispace(int2d), double), y : region(ispace(int2d), double), a : region(ispace(int2d), double))
where reads(x, y), reads writes(a) do
  var xo, yo, ao = x.bounds.lo, y.bounds.lo, a.bounds.lo
  for i = 0, B do
    for j = 0, B do
      var s = 0.0
      for k = 0, B do s += x[xo + { i, k }] * y[yo + { j, k }] end
      a[ao + { i, j }] -= s
    end
  end
end

task dsyrk(x : region(ispace(int2d), double), a : region(ispace(int2d), double))
where reads(x), reads writes(a) do
  var xo, ao = x.bounds.lo, a.bounds.lo
  for i = 0, B do
    for j = 0, i + 1 do
      var s = 0.0
      for k = 0, B do s += x[xo + { i, k }] * x[xo + { j, k }] end
      a[ao + { i, j }] -= s
    end
  end
end

terra entry(i : int, j : int) : double
  return 1.0 / (1 + cmath.fabs(i - j)) + terralib.select(i == j, double(N), 0.0)
end

task fill_matrix(a : region(ispace(int2d), double)) where writes(a) do
  for e in a do a[e] = entry(e.x, e.y) end
end

task main()
  var a = region(ispace(int2d, { N, N }), double)
  var tiles = partition(equal, a, ispace(int2d, { T, T }))
  for e in tiles.colors do fill_matrix(tiles[e]) end
  for k = 0, T do
    dpotrf(tiles[{ k, k }])
    __demand(__index_launch)
    for i = k + 1, T do dtrsm(tiles[{ k, k }], tiles[{ i, k }]) end
    __demand(__index_launch)
    for i = k + 1, T do dsyrk(tiles[{ i, k }], tiles[{ i, i }]) end
    for j = k + 1, T do
      __demand(__index_launch)
      for i = j + 1, T do dgemm(tiles[{ i, k }], tiles[{ j, k }], tiles[{ i, j }]) end
    end
  end
  var worst = 0.0
  for i = 0, N do
    for j = 0, i + 1 do
      var s = 0.0
      for k = 0, j + 1 do s += a[{ i, k }] * a[{ j, k }] end
      worst max= cmath.fabs(s - entry(i, j))
    end
  end
  regentlib.assert(worst < 1e-12, "L L' = A")
  c.printf("L[N-1,N-1] = %.9f\n", a[{ [N - 1], [N - 1] }])
end
regentlib.start(main)

--[==[ OUTPUT
L[N-1,N-1] = 5.743051108
]==]
