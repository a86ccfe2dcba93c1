-- A pointer into one of several regions is two fields to C: the index, and the place of the region from 1.
import "regent"

local c = regentlib.c

fspace edge(a : region(int), b : region(int)) {
  weight : double,
  node : ptr(int, a, b),
  back : ptr(int, a),
}

terra set_nodes(regions : c.legion_physical_region_t[3], fields : c.legion_field_id_t[3], count : int)
  var nodes = c.legion_physical_region_get_field_accessor_array_1d(regions[0], fields[0])
  var places = c.legion_physical_region_get_field_accessor_array_1d(regions[1], fields[1])
  var backs = c.legion_physical_region_get_field_accessor_array_1d(regions[2], fields[2])
  for i = 0, count do
    var element = c.legion_ptr_t { value = i }
    @[&c.legion_ptr_t](c.legion_accessor_array_1d_ref(nodes, element)) = c.legion_ptr_t { value = i / 2 }
    @[&uint8](c.legion_accessor_array_1d_ref(places, element)) = i % 2 + 1
    @[&c.legion_ptr_t](c.legion_accessor_array_1d_ref(backs, element)) = element
  end
  c.legion_accessor_array_1d_destroy(nodes)
  c.legion_accessor_array_1d_destroy(places)
  c.legion_accessor_array_1d_destroy(backs)
end

terra read_places(regions : c.legion_physical_region_t[2], fields : c.legion_field_id_t[2], count : int) : int
  var places = c.legion_physical_region_get_field_accessor_array_1d(regions[1], fields[1])
  var sum = 0
  for i = 0, count do
    var element = c.legion_ptr_t { value = i }
    sum = 10 * sum + @[&uint8](c.legion_accessor_array_1d_ref(places, element))
  end
  c.legion_accessor_array_1d_destroy(places)
  return sum
end

local function pointer_into(t)
  return terra(value : int64, place : uint8)
    return [t] { __ptr = [ptr] { __ptr = c.legion_ptr_t { value = value } }, __index = place }
  end
end

task main()
  var a = region(ispace(ptr, 4), int)
  var b = region(ispace(ptr, 4), int)
  var edges = region(ispace(ptr, 4), edge(a, b))
  fill(a, 10)
  fill(b, 20)
  set_nodes(__physical(edges.{node, back}), __fields(edges.{node, back}), 4)
  for e in edges do
    @e.node += [int](__raw(e).value)
    regentlib.assert(__raw(e.back).value == __raw(e).value, "one region")
  end
  var sum_a, sum_b = 0, 0
  for x in a do sum_a += @x end
  for x in b do sum_b += @x end
  regentlib.assert(sum_a == 42 and sum_b == 84, "the regions that C chose")

  edges[0].node = dynamic_cast(ptr(int, a, b), edges[1].node)
  regentlib.assert(read_places(__physical(edges.node), __fields(edges.node), 4) == 1212, "what C reads")

  var p = [pointer_into(ptr(int, a, b))](3, 2)
  @p = 7
  regentlib.assert(b[3] == 7 and a[3] == 10, "a pointer of its parts")
  c.printf("pointer fields\n")
end
regentlib.start(main)

--[==[ OUTPUT
pointer fields
]==]
