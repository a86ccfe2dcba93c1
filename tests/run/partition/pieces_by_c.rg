-- Partitions whose pieces C code gives one by one; contexts and memories that a leaf task asks for.
import "regent"

local c = regentlib.c

terra color(k : c.coord_t) return c.legion_domain_point_from_point_1d(c.legion_point_1d_t { x = arrayof(c.coord_t, k) }) end

-- Colour k gets the pieces beside piece k; colour 0 gets none.
terra beside(runtime : c.legion_runtime_t, context : c.legion_context_t, p : c.legion_logical_partition_t)
  var r = c.legion_logical_partition_get_parent_logical_region(runtime, p)
  var colors = c.legion_index_partition_get_color_space(runtime, p.index_partition)
  var made = c.legion_index_partition_create_pending_partition(
    runtime, context, r.index_space, colors, c.ALIASED_KIND, -1)
  for k = 0, 4 do
    var spaces : c.legion_index_space_t[2]
    var count = 0
    for n = k - 1, k + 2 do
      if k > 0 and n ~= k and n < 4 then
        spaces[count] = c.legion_index_partition_get_index_subspace_domain_point(runtime, p.index_partition, color(n))
        count = count + 1
      end
    end
    c.legion_index_partition_create_index_space_union_spaces(runtime, context, made, color(k), spaces, count)
  end
  return c.legion_logical_partition_create(runtime, r, made)
end

-- Colour 0: all but the second piece; colour 1: the second one; colours 2 and 3: nothing.
terra two_parts(runtime : c.legion_runtime_t, context : c.legion_context_t, p : c.legion_logical_partition_t)
  var r = c.legion_logical_partition_get_parent_logical_region(runtime, p)
  var colors = c.legion_index_partition_get_color_space(runtime, p.index_partition)
  var made = c.legion_index_partition_create_pending_partition(
    runtime, context, r.index_space, colors, c.DISJOINT_KIND, -1)
  var second = c.legion_index_partition_get_index_subspace(runtime, p.index_partition, 1)
  c.legion_index_partition_create_index_space_difference(
    runtime, context, made, color(0), r.index_space, &second, 1)
  var both = array(r.index_space, second)
  c.legion_index_partition_create_index_space_intersection_spaces(runtime, context, made, color(1), both, 2)
  c.legion_index_partition_create_index_space_intersection_partition(
    runtime, context, made, color(2), p.index_partition)
  c.legion_index_partition_create_index_space_union_spaces(runtime, context, made, color(3), nil, 0)
  regentlib.assert(c.legion_index_partition_is_disjoint(runtime, made), "disjoint")
  regentlib.assert(c.legion_index_partition_is_complete(runtime, made), "complete")
  return c.legion_logical_partition_create(runtime, r, made)
end

__demand(__leaf)
task add(r : region(ispace(int1d), int), n : int)
where reads writes(r) do
  for i in r do r[i] += n end
end

terra find_out(pr : c.legion_physical_region_t)
  var context = c.legion_runtime_get_context()
  var proc = c.legion_runtime_get_executing_processor(c.legion_runtime_get_runtime(), context)
  c.legion_context_destroy(context)
  var is_good = c.legion_processor_kind(proc) ~= c.NO_KIND and c.legion_physical_region_get_memory_count(pr) == 1
  return is_good and c.legion_memory_kind(c.legion_physical_region_get_memory(pr, 0)) ~= c.NO_MEMKIND
end
__demand(__leaf)
task ask(r : region(ispace(int1d), int)) : bool
where reads(r) do
  return find_out(__physical(r)[0])
end

task main()
  var r = region(ispace(int1d, 12), int)
  var colors = ispace(int1d, 4)
  var p = partition(equal, r, colors)
  var q = __import_partition(aliased, r, colors, beside(__runtime(), __context(), __raw(p)))
  var s = __import_partition(disjoint, r, colors, two_parts(__runtime(), __context(), __raw(p)))
  fill(r, 0)
  for k in colors do add(q[k], 1) end
  __demand(__index_launch)
  for k in colors do add(s[k], 10 + 90 * int(k)) end
  for i in r do c.printf(" %d", r[i]) end
  c.printf("\n")
  regentlib.assert(ask(r), "processor and memory")
end
regentlib.start(main)

--[==[ OUTPUT
 11 11 11 101 101 101 12 12 12 11 11 11
]==]
