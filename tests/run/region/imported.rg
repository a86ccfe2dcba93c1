-- Index spaces, regions and partitions that C code makes, used by tasks like the program's own.
import "regent"

local c = regentlib.c

fspace cell { weight : double, count : int }

terra make_ispace(runtime : c.legion_runtime_t, context : c.legion_context_t, n : int)
  return c.legion_index_space_create(runtime, context, n)
end

terra make_grid(runtime : c.legion_runtime_t, context : c.legion_context_t)
  var rect : c.legion_rect_2d_t
  rect.lo.x[0], rect.lo.x[1], rect.hi.x[0], rect.hi.x[1] = 0, 0, 3, 4
  return c.legion_index_space_create_domain(runtime, context, c.legion_domain_from_rect_2d(rect))
end

terra make_region(runtime : c.legion_runtime_t, context : c.legion_context_t, is : c.legion_index_space_t)
  var fields = c.legion_field_space_create(runtime, context)
  var allocator = c.legion_field_allocator_create(runtime, context, fields)
  c.legion_field_allocator_allocate_field(allocator, sizeof(double), 40)
  c.legion_field_allocator_allocate_field(allocator, sizeof(int), 41)
  c.legion_field_allocator_destroy(allocator)
  return c.legion_logical_region_create(runtime, context, is, fields, false)
end

terra make_partition(runtime : c.legion_runtime_t, context : c.legion_context_t, lr : c.legion_logical_region_t,
                     colors : c.legion_index_space_t)
  var ip = c.legion_index_partition_create_equal(runtime, context, lr.index_space, colors, 1, c.AUTO_GENERATE_ID)
  regentlib.assert(c.legion_index_partition_is_disjoint(runtime, ip), "disjoint")
  regentlib.assert(c.legion_index_partition_is_complete(runtime, ip), "complete")
  return c.legion_logical_partition_create(runtime, lr, ip)
end

task set(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell))
where reads(s), reads writes(r) do
  for i in r do
    r[i].weight = s[i].weight + 0.5
    r[i].count = r[i].count + s[i].count
  end
end

task total(r : region(ispace(int1d), cell)) : double
where reads(r) do
  var sum = 0.0
  for i in r do sum += r[i].weight + r[i].count end
  return sum
end

task main()
  var raw_is = make_ispace(__runtime(), __context(), 12)
  var is = __import_ispace(int1d, raw_is)
  regentlib.assert(is.volume == 12, "ispace")
  var raw_r, raw_s = make_region(__runtime(), __context(), raw_is), make_region(__runtime(), __context(), raw_is)
  var r = __import_region(is, cell, raw_r, array(40U, 41U))
  var s = __import_region(is, cell, raw_s, array(40U, 41U))
  var colors = ispace(int1d, 3)
  var raw_p = make_partition(__runtime(), __context(), raw_r, __raw(colors))
  var p = __import_partition(disjoint, r, colors, raw_p)
  var q = partition(equal, s, colors)
  fill(r.weight, 0.0)
  fill(r.count, 1)
  fill(s.weight, 2.0)
  fill(s.count, 3)
  for step = 0, 3 do
    __demand(__index_launch)
    for i in colors do set(p[i], q[i]) end
  end
  regentlib.assert(total(r) == 12 * (2.5 + 10), "values")
  var grid = __import_ispace(int2d, make_grid(__runtime(), __context()))
  var g = region(grid, int)
  var n = 0
  for x in g do n += 1 end
  regentlib.assert(n == 20 and grid.bounds.hi == int2d { 3, 4 }, "grid")
  c.printf("imported\n")
end
regentlib.start(main)

--[==[ OUTPUT
imported
]==]
