-- Iterators of the C interface over one-dimensional index spaces, which earlier programs use.
import "regent"

local c = regentlib.c

terra walk(runtime : c.legion_runtime_t, context : c.legion_context_t, space : c.legion_index_space_t) : int64
  var it = c.legion_index_iterator_create(runtime, context, space)
  var sum : int64 = 0
  while c.legion_index_iterator_has_next(it) do sum = sum + c.legion_index_iterator_next(it).value end
  c.legion_index_iterator_destroy(it)
  return sum
end

terra spans(runtime : c.legion_runtime_t, context : c.legion_context_t, space : c.legion_index_space_t, most : int64) : int
  var it = c.legion_index_iterator_create(runtime, context, space)
  var text = 0
  while c.legion_index_iterator_has_next(it) do
    var count : uint64
    var first = c.legion_index_iterator_next_span(it, &count, most)
    text = text * 1000 + [int](first.value * 10 + count)
  end
  c.legion_index_iterator_destroy(it)
  return text
end

task main()
  var r = region(ispace(ptr, 9), int)
  var coloring = c.legion_coloring_create()
  for i = 2, 5 do c.legion_coloring_add_point(coloring, 0, c.legion_ptr_t { value = i }) end
  for i = 7, 9 do c.legion_coloring_add_point(coloring, 0, c.legion_ptr_t { value = i }) end
  c.legion_coloring_ensure_color(coloring, 1)
  var p = partition(disjoint, r, coloring)
  c.legion_coloring_destroy(coloring)
  var holes, none = p[0], p[1]
  c.printf("%lld %lld %lld\n", walk(__runtime(), __context(), __raw(r).index_space),
           walk(__runtime(), __context(), __raw(holes).index_space),
           walk(__runtime(), __context(), __raw(none).index_space))
  c.printf("%d %d\n", spans(__runtime(), __context(), __raw(holes).index_space, -1),
           spans(__runtime(), __context(), __raw(holes).index_space, 2))
end
regentlib.start(main)

--[==[ OUTPUT
36 24 0
23072 22041072
]==]
