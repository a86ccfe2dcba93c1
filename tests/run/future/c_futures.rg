-- Futures that C makes: of a value, and of the time; variants of tasks as objects.
import "regent"

local c = regentlib.c

task next(x : int) return x + 1 end
next:get_primary_variant():set_variant_id(123)
assert(next:get_primary_variant():get_name() == next:get_name())
local function rename(t, name) t:get_primary_variant():get_ast().name[1] = name end

local task unnamed() : int return 7 end
rename(unnamed, "seven")
assert(tostring(unnamed) == "seven")

task main()
  var y : int = 41
  var raw = c.legion_future_from_untyped_pointer(__runtime(), &y, [terralib.sizeof(int)])
  y = 0
  var x = __future(int, raw)
  regentlib.assert(next(x) == 42 and unnamed() == 7, "a value")
  regentlib.assert(@[&int](c.legion_future_get_untyped_pointer(raw)) == 41, "its memory")
  regentlib.assert(c.legion_future_get_untyped_size(raw) == 4 and c.legion_future_is_ready(raw), "its size")
  c.legion_future_destroy(raw)

  var before = __future(int64, c.legion_issue_timing_op_microseconds(__runtime(), __context()))
  var after = __future(int64, c.legion_issue_timing_op_nanoseconds(__runtime(), __context()))
  var seconds = __future(double, c.legion_issue_timing_op_seconds(__runtime(), __context()))
  regentlib.assert(before > 0 and after / 1000 >= before and seconds * 1e9 >= after, "times")
  c.printf("futures\n")
end
regentlib.start(main)

--[==[ OUTPUT
futures
]==]
