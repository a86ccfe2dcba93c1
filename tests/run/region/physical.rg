-- C and terra code reaches the data of regions through physical regions and accessors of the C API.
import "regent"

local c = regentlib.c

struct others { count : int, weight : float }

fspace cell {
  value : double,
  other : others,
}

-- The elements of a rectangle, as a library such as BLAS wants them.
local terra base_of(rect : rect2d, pr : c.legion_physical_region_t, fid : c.legion_field_id_t, stride : &int) : &double
  var accessor = c.legion_physical_region_get_field_accessor_array_2d(pr, fid)
  var subrect : c.legion_rect_2d_t
  var offsets : c.legion_byte_offset_t[2]
  var wanted : c.legion_rect_2d_t
  wanted.lo.x[0] = rect.lo.x
  wanted.lo.x[1] = rect.lo.y
  wanted.hi.x[0] = rect.hi.x
  wanted.hi.x[1] = rect.hi.y
  var base = c.legion_accessor_array_2d_raw_rect_ptr(accessor, wanted, &subrect, offsets)
  c.legion_accessor_array_2d_destroy(accessor)
  @stride = offsets[1].offset / [terralib.sizeof(double)]
  return [&double](base)
end

local terra scale(rect : rect2d, pr : c.legion_physical_region_t, fid : c.legion_field_id_t, factor : double)
  var stride : int
  var base = base_of(rect, pr, fid, &stride)
  for y = 0, rect.hi.y - rect.lo.y + 1 do
    for x = 0, rect.hi.x - rect.lo.x + 1 do
      base[y * stride + x] = factor * base[y * stride + x]
    end
  end
end

task scale_part(part : region(ispace(int2d), cell), factor : double)
where reads writes(part.value) do
  scale(part.bounds, __physical(part.value)[0], __fields(part.value)[0], factor)
end

task sum_counts(r : region(ispace(int2d), cell)) : int
where reads(r.other.count) do
  var accessor = c.legion_physical_region_get_field_accessor_array_2d(
    __physical(r.other.count)[0], __fields(r.other.count)[0])
  var total = 0
  for p in r do
    var point : c.legion_point_2d_t
    point.x[0] = p.x
    point.x[1] = p.y
    var count : int
    c.legion_accessor_array_2d_read_point(accessor, point, &count, [terralib.sizeof(int)])
    total += count
  end
  c.legion_accessor_array_2d_destroy(accessor)
  return total
end

task bump(r : region(ispace(ptr), int))
where reads writes(r) do
  var accessor = c.legion_physical_region_get_field_accessor_array_1d(__physical(r)[0], __fields(r)[0])
  for p in r do
    var element = [&int](c.legion_accessor_array_1d_ref(accessor, __raw(p)))
    @element = @element + 1
  end
  c.legion_accessor_array_1d_destroy(accessor)
end

task main()
  var cells = region(ispace(int2d, { 4, 3 }), cell)
  fill(cells.value, 2.0)
  fill(cells.other.{count, weight}, 1)
  var parts = partition(equal, cells, ispace(int2d, { 2, 1 }))
  for color in parts.colors do
    scale_part(parts[color], 1.5 + color.x)
  end
  c.printf("%g %g %g %g\n", cells[{0, 0}].value, cells[{1, 2}].value, cells[{2, 0}].value, cells[{3, 2}].value)
  c.printf("%d\n", sum_counts(cells))

  -- Fields are numbered in the order of the leaves.
  var fields = __fields(cells.{other, value})
  c.printf("%d %d %d\n", fields[0], fields[1], fields[2])

  var numbers = region(ispace(ptr, 5), int)
  fill(numbers, 41)
  bump(numbers)
  for p in numbers do regentlib.assert(@p == 42, "written through an accessor") end

  -- Raw handles name the same things.
  var left = __raw(parts[{ 0, 0 }])
  var whole = __raw(cells)
  regentlib.assert(left.tree_id == whole.tree_id, "one tree")
  regentlib.assert(left.index_space.id ~= whole.index_space.id, "its own points")
  regentlib.assert(__raw(cells.ispace).id == whole.index_space.id, "the region's points")
  var runtime = __runtime()
  regentlib.assert(c.legion_logical_region_get_color(runtime, whole) == 0, "a root's colour")
  var color = c.legion_logical_region_get_color_domain_point(runtime, __raw(parts[{ 1, 0 }]))
  regentlib.assert(color.dim == 2 and color.point_data[0] == 1 and color.point_data[1] == 0, "a part's colour")
  regentlib.assert(c.legion_logical_region_get_color_domain_point(runtime, whole).dim == 1, "a root's colour")
  regentlib.assert(not c.legion_logical_region_has_parent_logical_partition(runtime, whole), "a root has no parent")
  var again = c.legion_logical_partition_get_parent_logical_region(runtime, __raw(parts))
  regentlib.assert(again.index_space.id == whole.index_space.id, "the partition's parent")
  regentlib.assert(c.legion_context_get_unique_id(__context()) ~= 0, "a task has a number")
end

regentlib.start(main)

--[==[ OUTPUT
3 3 5 5
12
1 2 0
]==]
