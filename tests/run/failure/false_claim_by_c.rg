-- A partition whose pieces C code gives one by one has to be what it says when the last one is known.
--
-- EXIT: failure
import "regent"

local c = regentlib.c

terra color(k : c.coord_t) return c.legion_domain_point_from_point_1d(c.legion_point_1d_t { x = arrayof(c.coord_t, k) }) end

-- Every colour gets the first piece.
terra first_only(runtime : c.legion_runtime_t, context : c.legion_context_t, p : c.legion_logical_partition_t)
  var r = c.legion_logical_partition_get_parent_logical_region(runtime, p)
  var colors = c.legion_index_partition_get_color_space(runtime, p.index_partition)
  var made = c.legion_index_partition_create_pending_partition(
    runtime, context, r.index_space, colors, c.LEGION_ALIASED_COMPLETE_KIND, -1)
  var first = c.legion_index_partition_get_index_subspace(runtime, p.index_partition, 0)
  for k = 0, 2 do
    c.legion_index_partition_create_index_space_union_spaces(runtime, context, made, color(k), &first, 1)
  end
  return c.legion_logical_partition_create(runtime, r, made)
end

task main()
  var r = region(ispace(int1d, 6), int)
  var colors = ispace(int1d, 2)
  var p = partition(equal, r, colors)
  var q = __import_partition(aliased, r, colors, first_only(__runtime(), __context(), __raw(p)))
end
regentlib.start(main)

--[==[ STDERR
error: legion_index_partition_create_index_space_union_spaces: the program declares a partition of `r` complete, but its pieces lack some points, the first one is (3)
]==]
