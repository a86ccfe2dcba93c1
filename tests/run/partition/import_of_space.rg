-- An index space, a region and a partition that C code made: the partition was made of the index space, before
-- anything says which region it is for. Cross products go to C and back.
import "regent"

local c = regentlib.c
struct vec { x : double, y : double }
fspace cell { a : int, v : vec }
terra make_is(rt : c.legion_runtime_t, ctx : c.legion_context_t, n : int)
  var lo = c.legion_point_1d_t { x = array([c.coord_t](0)) }
  var hi = c.legion_point_1d_t { x = array([c.coord_t](n - 1)) }
  var rect = c.legion_rect_1d_t { lo = lo, hi = hi }
  return c.legion_index_space_create_domain(rt, ctx, c.legion_domain_from_rect_1d(rect))
end
terra make_region(rt : c.legion_runtime_t, ctx : c.legion_context_t, is : c.legion_index_space_t)
  var fs = c.legion_field_space_create(rt, ctx)
  var fa = c.legion_field_allocator_create(rt, ctx, fs)
  c.legion_field_allocator_allocate_field(fa, 4, 11)
  c.legion_field_allocator_allocate_field(fa, 8, 12)
  c.legion_field_allocator_allocate_field(fa, 8, 13)
  c.legion_field_allocator_destroy(fa)
  return c.legion_logical_region_create(rt, ctx, is, fs, false)
end
terra make_partition(rt : c.legion_runtime_t, ctx : c.legion_context_t, is : c.legion_index_space_t, colors : c.legion_index_space_t, lr : c.legion_logical_region_t)
  var ip = c.legion_index_partition_create_equal(rt, ctx, is, colors, 1, -1)
  return c.legion_logical_partition_create(rt, lr, ip)
end
task w(r : region(ispace(int1d), cell), n : int) where reads writes(r) do
  for e in r do e.a += n; e.v.x = e.a end
end
task main()
  var ris = make_is(__runtime(), __context(), 12)
  var is = __import_ispace(int1d, ris)
  var rr = make_region(__runtime(), __context(), ris)
  var ids = array([c.legion_field_id_t](11), [c.legion_field_id_t](12), [c.legion_field_id_t](13))
  var r = __import_region(is, cell, rr, ids)
  fill(r.a, 1)
  fill(r.v.{x, y}, 0)
  var colors = ispace(int1d, 3)
  var rp = make_partition(__runtime(), __context(), ris, __raw(colors), rr)
  var p = __import_partition(disjoint, r, colors, rp)
  var points = 0
  for i in colors do points += p[i].volume end
  regentlib.assert(points == 12 and p[1].bounds.lo == int1d(4), "pieces")
  __demand(__index_launch)
  for i in colors do w(p[i], 1 + int(i)) end
  var sum = 0.0
  for e in r do sum += e.v.x end
  regentlib.assert(sum == 12 + 4 * (1 + 2 + 3), "sum")
  -- cross products
  var q = partition(equal, r, ispace(int1d, 2))
  var cp = cross_product(p, q)
  var cols : c.legion_color_t[2]
  var rawcp = __raw(cp)
  cols[0] = c.legion_index_partition_get_color(__runtime(), __raw(p).index_partition)
  cols[1] = c.legion_index_partition_get_color(__runtime(), __raw(q).index_partition)
  var cp2 = __import_cross_product(p, q, cols, rawcp)
  var n = 0
  for i in colors do
    for j in q.colors do
      for e in cp2[i][j] do n += 1 end
    end
  end
  regentlib.assert(n == 12, "cross product")
  c.printf("12 points, twice\n")
end
regentlib.start(main)

--[==[ OUTPUT
12 points, twice
]==]
