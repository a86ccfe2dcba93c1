-- Points, rects, domains and accessors of four to nine dimensions in C.
import "regent"

local c = regentlib.c

terra volume_of(rect : c.legion_rect_7d_t) : int64
  var domain = c.legion_domain_from_rect_7d(rect)
  return c.legion_domain_get_volume(domain)
end

task sum(r : region(ispace(int4d), double)) : double
where reads(r) do
  var accessor = c.legion_physical_region_get_field_accessor_array_4d(__physical(r)[0], __fields(r)[0])
  var total = 0.0
  for p in r do
    var value : double
    c.legion_accessor_array_4d_read_point(accessor, p, &value, [terralib.sizeof(double)])
    total += value
  end
  c.legion_accessor_array_4d_destroy(accessor)
  return total
end

task main()
  var d : c.legion_domain_point_t = int9d { 1, 2, 3, 4, 5, 6, 7, 8, 9 }
  regentlib.assert(d.dim == 9 and d.point_data[8] == 9, "a point of nine dimensions")
  regentlib.assert(int9d(d) == int9d { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "and back")
  var rect = rect4d { { 1, 1, 1, 1 }, { 2, 3, 4, 5 } }
  var domain : c.legion_domain_t = rect
  regentlib.assert(domain.dim == 4 and domain.rect_data[7] == 5, "a domain of four dimensions")
  regentlib.assert(c.legion_domain_get_volume(domain) == 120, "its volume")
  regentlib.assert(c.legion_domain_contains(domain, int4d { 2, 3, 4, 5 }), "its last point")
  regentlib.assert(not c.legion_domain_contains(domain, int4d { 2, 3, 4, 6 }), "the point behind")
  regentlib.assert(c.legion_domain_get_rect_4d(domain).hi.x[3] == 5, "its rect")
  regentlib.assert(volume_of(rect7d { { 0, 0, 0, 0, 0, 0, 0 }, { 1, 1, 1, 1, 1, 1, 4 } }) == 320, "seven dimensions")
  var r = region(ispace(int4d, { 2, 3, 2, 2 }, { -1, 0, 5, 0 }), double)
  var n = 0
  for p in r do
    r[p] = n
    n += 1
  end
  regentlib.assert(sum(r) == 23 * 12, "elements")
  c.printf("in C\n")
end
regentlib.start(main)

--[==[ OUTPUT
in C
]==]
