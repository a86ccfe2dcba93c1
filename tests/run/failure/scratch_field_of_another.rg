-- A scratch field belongs to the task that allocated it: a called task gets the region, not the number.
--
-- EXIT: failure
import "regent"

task callee(r : region(ispace(int1d), int), ids : regentlib.c.legion_field_id_t[1])
where reads writes(r) do
  fill((with_scratch_fields(r, ids)), 1)
end

task main()
  var r = region(ispace(int1d, 6), int)
  fill(r, 0)
  callee(r, allocate_scratch_fields(r))
end

regentlib.start(main)

--[==[ STDERR
scratch_field_of_another.rg:8: field 1 of region `r` is no scratch field that this task has allocated
]==]
