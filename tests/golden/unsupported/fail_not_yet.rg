-- RUN: check
-- What the language has and this compiler does not have yet is an error that says so.
import "regent"

fspace cell { a : int, b : int }

task scratch(r : region(ispace(int1d), cell))
where reads writes(r) do
  var f = allocate_scratch_fields(r.{a, b})
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: `allocate_scratch_fields` is not supported yet
end
