-- Names and other information that C functions attach to handles.
import "regent"

local c = regentlib.c

-- Information is compared by its bytes: no padding between these.
local struct note { number : int64, part : double }

terra attach_note(r : c.legion_logical_region_t, runtime : c.legion_runtime_t, tag : uint32, number : int64)
  var n = note { number, 0.5 }
  c.legion_logical_region_attach_semantic_information(runtime, r, tag, &n, sizeof(note), false)
  n.number = -1
end

terra number_of(r : c.legion_logical_region_t, runtime : c.legion_runtime_t, tag : uint32) : int64
  var bytes : &opaque
  var size : uint64
  if not c.legion_logical_region_retrieve_semantic_information(runtime, r, tag, [&&opaque](&bytes), &size, true,
                                                               false) then
    return -1
  end
  var n = [&note](bytes)
  if size ~= sizeof(note) or n.part ~= 0.5 then return -2 end
  return n.number
end

terra name_of(r : c.legion_logical_region_t, runtime : c.legion_runtime_t) : rawstring
  var name : rawstring
  c.legion_logical_region_retrieve_name(runtime, r, &name)
  return name
end

terra others(s : c.legion_index_space_t, p : c.legion_logical_partition_t, runtime : c.legion_runtime_t)
  var name : rawstring
  c.legion_index_space_retrieve_name(runtime, s, &name)
  if name ~= nil then return 1 end
  c.legion_index_space_attach_name(runtime, s, "space", false)
  c.legion_logical_partition_attach_name(runtime, p, "first", true)
  c.legion_logical_partition_attach_name(runtime, p, "halves", true)
  c.legion_index_space_retrieve_name(runtime, s, &name)
  if c.strcmp(name, "space") ~= 0 then return 2 end
  c.legion_logical_partition_retrieve_name(runtime, p, &name)
  if c.strcmp(name, "halves") ~= 0 then return 3 end
  c.legion_field_id_attach_name(runtime, p.field_space, 3, "third", false)
  c.legion_field_id_retrieve_name(runtime, p.field_space, 3, &name)
  if c.strcmp(name, "third") ~= 0 then return 4 end
  c.legion_field_id_retrieve_name(runtime, p.field_space, 4, &name)
  if name ~= nil then return 5 end
  return 0
end

task find(r : region(ispace(int1d), int)) where reads(r) do
  return number_of(__raw(r), __runtime(), 7)
end

task main()
  var points = ispace(int1d, 10)
  var cells = region(points, int)
  fill(cells, 0)
  var halves = partition(equal, cells, ispace(int1d, 2))
  regentlib.assert(number_of(__raw(cells), __runtime(), 7) == -1, "nothing attached")
  attach_note(__raw(cells), __runtime(), 7, 5)
  attach_note(__raw(cells), __runtime(), 7, 5)
  attach_note(__raw(cells), __runtime(), 8, 6)
  attach_note(__raw(halves[1]), __runtime(), 7, 9)
  regentlib.assert(find(cells) == 5, "of the region")
  regentlib.assert(number_of(__raw(cells), __runtime(), 8) == 6, "another tag")
  regentlib.assert(find(halves[0]) == -1 and find(halves[1]) == 9, "of subregions")
  regentlib.assert(c.strcmp(name_of(__raw(cells), __runtime()), "cells") == 0, "name of the variable")
  c.legion_logical_region_attach_name(__runtime(), __raw(halves[0]), "left", false)
  regentlib.assert(c.strcmp(name_of(__raw(halves[0]), __runtime()), "left") == 0, "name of a subregion")
  regentlib.assert(others(__raw(points), __raw(halves), __runtime()) == 0, "other handles")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
