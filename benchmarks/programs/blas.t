-- BLAS and LAPACK (OpenBLAS, on one thread) on tiles of two-dimensional regions, for programs in the language.
-- A tile goes to a terra function as its rectangle, __physical(r.value)[0] and __fields(r.value)[0]; columns are consecutive.
local c = regentlib.c
local blas = terralib.includecstring [[
void cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a, int lda,
                 const double *b, int ldb, double beta, double *c, int ldc);
void cblas_dsyrk(int order, int triangle, int transpose, int n, int k, double alpha, const double *a, int lda, double beta,
                 double *c, int ldc);
void cblas_dtrsm(int order, int side, int triangle, int transpose, int diagonal, int m, int n, double alpha,
                 const double *a, int lda, double *b, int ldb);
int dpotrf_(const char *triangle, const int *n, double *a, const int *lda, int *info);
]]
terralib.linklibrary("libopenblas.so.0")
local column_major, as_it_is, transposed, lower, right, with_diagonal = 102, 111, 112, 122, 142, 131

local Tile = c.legion_physical_region_t
local Field = c.legion_field_id_t

-- The first element of a tile; consecutive columns are `stride` elements apart.
local terra base_of(rect : rect2d, physical : Tile, id : Field, stride : &int) : &double
  var accessor = c.legion_physical_region_get_field_accessor_array_2d(physical, id)
  var subrect : c.legion_rect_2d_t
  var offsets : c.legion_byte_offset_t[2]
  var wanted : c.legion_rect_2d_t = rect
  var base = c.legion_accessor_array_2d_raw_rect_ptr(accessor, wanted, &subrect, offsets)
  c.legion_accessor_array_2d_destroy(accessor)
  @stride = offsets[1].offset / [terralib.sizeof(double)]
  return [&double](base)
end

local terra rows(r : rect2d) : int return r.hi.x - r.lo.x + 1 end
local terra columns(r : rect2d) : int return r.hi.y - r.lo.y + 1 end

local tiles = {}

-- C += A B
terra tiles.multiply(ra : rect2d, pa : Tile, fa : Field, rb : rect2d, pb : Tile, fb : Field, rc : rect2d, pc : Tile, fc : Field)
  var lda : int, ldb : int, ldc : int
  var a = base_of(ra, pa, fa, &lda)
  var b = base_of(rb, pb, fb, &ldb)
  var out = base_of(rc, pc, fc, &ldc)
  blas.cblas_dgemm(column_major, as_it_is, as_it_is, rows(rc), columns(rc), columns(ra), 1.0, a, lda, b, ldb, 1.0, out, ldc)
end

-- C -= A B'
terra tiles.subtract(ra : rect2d, pa : Tile, fa : Field, rb : rect2d, pb : Tile, fb : Field, rc : rect2d, pc : Tile, fc : Field)
  var lda : int, ldb : int, ldc : int
  var a = base_of(ra, pa, fa, &lda)
  var b = base_of(rb, pb, fb, &ldb)
  var out = base_of(rc, pc, fc, &ldc)
  blas.cblas_dgemm(column_major, as_it_is, transposed, rows(rc), columns(rc), columns(ra), -1.0, a, lda, b, ldb, 1.0, out, ldc)
end

-- The lower triangle of C -= A A'
terra tiles.subtract_square(ra : rect2d, pa : Tile, fa : Field, rc : rect2d, pc : Tile, fc : Field)
  var lda : int, ldc : int
  var a = base_of(ra, pa, fa, &lda)
  var out = base_of(rc, pc, fc, &ldc)
  blas.cblas_dsyrk(column_major, lower, as_it_is, rows(rc), columns(ra), -1.0, a, lda, 1.0, out, ldc)
end

-- B = B L'^-1, where L is the lower triangle of a tile.
terra tiles.solve(rl : rect2d, pl : Tile, fl : Field, rb : rect2d, pb : Tile, fb : Field)
  var ldl : int, ldb : int
  var l = base_of(rl, pl, fl, &ldl)
  var b = base_of(rb, pb, fb, &ldb)
  blas.cblas_dtrsm(column_major, right, lower, transposed, with_diagonal, rows(rb), columns(rb), 1.0, l, ldl, b, ldb)
end

-- The lower triangle of A becomes L, where L L' = A; 0 if there is one.
terra tiles.factor(ra : rect2d, pa : Tile, fa : Field) : int
  var lda : int, failure : int
  var a = base_of(ra, pa, fa, &lda)
  var n = rows(ra)
  blas.dpotrf_("L", &n, a, &lda, &failure)
  return failure
end

return tiles
