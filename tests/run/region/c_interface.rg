-- The C interface's view of the running program: the task, processors and memories, rectangles of a domain,
-- fences, traces, cross products.
import "regent"

local c = regentlib.c

terra count_points(runtime : c.legion_runtime_t, is : c.legion_index_space_t, rects : &int) : int
  var points = 0
  @rects = 0
  var it = c.legion_rect_in_domain_iterator_create_1d(c.legion_index_space_get_domain(runtime, is))
  while c.legion_rect_in_domain_iterator_valid_1d(it) do
    var rect = c.legion_rect_in_domain_iterator_get_rect_1d(it)
    points = points + (rect.hi.x[0] - rect.lo.x[0] + 1)
    @rects = @rects + 1
    c.legion_rect_in_domain_iterator_step_1d(it)
  end
  c.legion_rect_in_domain_iterator_destroy_1d(it)
  return points
end

terra processors(kind : c.legion_processor_kind_t) : int
  var machine = c.legion_machine_create()
  var query = c.legion_processor_query_create(machine)
  c.legion_processor_query_only_kind(query, kind)
  var seen = 0
  var p = c.legion_processor_query_first(query)
  while p.id ~= 0 do
    seen = seen + 1
    p = c.legion_processor_query_next(query, p)
  end
  regentlib.assert(c.legion_processor_query_count(query) == seen, "count")
  c.legion_processor_query_destroy(query)
  c.legion_machine_destroy(machine)
  return seen
end

terra name_is(task : c.legion_task_t, name : rawstring) : bool
  return c.strcmp(c.legion_task_get_name(task), name) == 0
end

task inner_one(x : int)
  regentlib.assert(name_is(__task(), "inner_one"), "the task's name")
  var p = c.legion_runtime_get_executing_processor(__runtime(), __context())
  regentlib.assert(c.legion_processor_kind(p) == c.LOC_PROC, "kind of processor")
  regentlib.assert(c.legion_processor_address_space(p) == 0, "address space")
end

task add(r : region(ispace(int1d), int), x : int)
where reads writes(r) do
  for i in r do r[i] += x end
end

task main()
  var rects = 0
  var r = region(ispace(int1d, 10), int)
  var color = region(ispace(int1d, 10), int1d)
  for i in color do color[i] = int1d((int(i) / 2) % 2) end
  var p = partition(color, ispace(int1d, 2))
  var n = count_points(__runtime(), __raw((p[0]).ispace), &rects)
  regentlib.assert(n == 6 and rects == 3, "a space with holes")
  n = count_points(__runtime(), __raw(r.ispace), &rects)
  regentlib.assert(n == 10 and rects == 1, "a dense space")

  regentlib.assert(processors(c.LOC_PROC) > 0 and processors(c.TOC_PROC) == 0, "processors")
  inner_one(1)

  fill(r, 0)
  for step = 0, 3 do
    c.legion_runtime_begin_trace(__runtime(), __context(), 7, false)
    add(r, step)
    c.legion_runtime_end_trace(__runtime(), __context(), 7)
  end
  var fence = c.legion_runtime_issue_execution_fence(__runtime(), __context())
  c.legion_future_get_void_result(fence)
  regentlib.assert(c.legion_future_is_ready(fence) and c.legion_future_is_empty(fence, false), "a fence")
  c.legion_future_destroy(fence)
  var nodes = c.legion_runtime_select_tunable_value(__runtime(), __context(), 0, 0, 0)
  regentlib.assert(c.legion_future_get_untyped_size(nodes) == 8, "size of a tunable")
  regentlib.assert(@[&uint64](c.legion_future_get_untyped_pointer(nodes)) == 1, "number of nodes")
  c.legion_future_destroy(nodes)
  var e = partition(equal, r, ispace(int1d, 5))
  var f = partition(equal, r, ispace(int1d, 2))
  var both = array(__raw(f).index_partition, __raw(e).index_partition)
  var colors : c.legion_color_t[2]
  var raw = c.legion_terra_index_cross_product_create_multi(__runtime(), __context(), &both[0], &colors[0], 2)
  var cp = __import_cross_product(f, e, colors, raw)
  var sum = 0
  for i in cp[0][2] do sum += r[i] end
  regentlib.assert(sum == 3, "cross product")

  var point = c.legion_domain_point_from_point_1d(c.legion_point_1d_t { x = arrayof(c.coord_t, 4) })
  var domain = c.legion_index_space_get_domain(__runtime(), __raw(r.ispace))
  regentlib.assert(point.dim == 1 and c.legion_domain_contains(domain, point), "points")
  c.printf("c interface\n")
end
regentlib.start(main)

--[==[ OUTPUT
c interface
]==]
