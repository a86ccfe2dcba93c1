-- A region that C code made is imported once: two names of one region would hide what uses what.
--
-- EXIT: failure
import "regent"

local c = regentlib.c

terra make_region(runtime : c.legion_runtime_t, context : c.legion_context_t)
  var is = c.legion_index_space_create(runtime, context, 4)
  var fields = c.legion_field_space_create(runtime, context)
  var allocator = c.legion_field_allocator_create(runtime, context, fields)
  c.legion_field_allocator_allocate_field(allocator, sizeof(int), 9)
  c.legion_field_allocator_destroy(allocator)
  return c.legion_logical_region_create(runtime, context, is, fields, false)
end

task main()
  var raw = make_region(__runtime(), __context())
  var is = __import_ispace(int1d, raw.index_space)
  var r = __import_region(is, int, raw, array(9U))
  var s = __import_region(is, int, raw, array(9U))
end
regentlib.start(main)

--[==[ STDERR
import_twice.rg:21: cannot import a handle that is already imported
]==]
