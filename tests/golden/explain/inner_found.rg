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

--[==[ OUTPUT
task `leaf_task` (inner_found.rg:5)
  leaf: it launches no task and creates nothing
  not inner: it accesses `r` itself (line 7)
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 7: kernel on a GPU: its iterations can run in any order
  accesses `r`, mapped from start to end
task `only_calls` (inner_found.rg:10)
  not leaf: it calls task `leaf_task` (line 12)
  inner: it accesses no region itself
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  maps nothing: no region data is accessed in this task
task `main` (inner_found.rg:16)
  not leaf: it creates an ispace (line 17)
  inner: it accesses no region itself
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  maps nothing: no region data is accessed in this task
]==]
