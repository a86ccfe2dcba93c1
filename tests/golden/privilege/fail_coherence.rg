-- RUN: check
import "regent"

struct inner { a : int, b : int }
struct outer { x : inner, y : inner }
local other = regentlib.newsymbol(region(int), "other")
local c = regentlib.c

task conflicts(r : region(outer))
where exclusive(r), simultaneous(r.x) do
--                               ^~~ ERROR: conflicting coherence modes: exclusive($r) and simultaneous($r.x)
end
task parts(r : region(outer))
where atomic(r.x.{a, b}), relaxed(r.{x.b, y}) do
--                                ^~~~~~~~~~ ERROR: conflicting coherence modes: atomic($r.x.b) and relaxed($r.x.b)
end
task no_region(x : int)
where exclusive(x) do
--              ^ ERROR: type mismatch: expected a region but got int32
end
task no_parameter()
where atomic(other) do
--           ^~~~~ ERROR: requested atomic($other) but $other is not a parameter
end
task no_field(r : region(outer))
where atomic(r.z) do
--           ^~~ ERROR: no field 'z' in region $r
end
task flag(x : int, r : region(int))
where no_access_flag(x), no_access_flag(r) do
--                   ^ ERROR: type mismatch: expected a region but got int32
end
task apart(r : region(outer))
where atomic(r.x), simultaneous(r.y), reads writes(r) do
end
task handles(context : c.legion_context_t)
--           ^~~~~~~ ERROR: parameter $context has inadmissible type legion_context_t
  var a = array()
--        ^~~~~~~ ERROR: array needs at least one element
  var b = arrayof(5, 1)
--        ^~~~~~~~~~~~~ ERROR: expected a type but got value of type nil
  var d = array(1, true)
--        ^~~~~~~~~~~~~~ ERROR: type mismatch between int32 and bool
end
