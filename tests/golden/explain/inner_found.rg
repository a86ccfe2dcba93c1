-- RUN: check --explain
-- A task that accesses no region is found to be inner without being asked; so are leaf tasks.
import "regent"

task leaf_task(r : region(ispace(int1d), int))
where writes(r) do
  for p in r do @p = 1 end
end

task only_calls(r : region(ispace(int1d), int))
where reads writes(r) do
  leaf_task(r)
  leaf_task(r)
end

task main()
  var r = region(ispace(int1d, 10), int)
  only_calls(r)
end

regentlib.start(main)
