-- RUN: check --explain
-- Where regions are mapped, and where the task blocks.
import "regent"

task some_task(r : region(ispace(int1d), int))
where writes(r) do
  for p in r do @p = 1 end
end

task main()
  var r = region(ispace(int1d, 10), int)
  var untouched = region(ispace(int1d, 10), int)
  r[0] = 1
  some_task(r)
  some_task(untouched)
  for i in r do
    r[i] += 1
  end
end

regentlib.start(main)

--[==[ OUTPUT
task `some_task` (mapping_points.rg:5)
  leaf: it launches no task and creates nothing
  not inner: it accesses `r` itself (line 7)
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 7: kernel on a GPU: its iterations can run in any order
  accesses `r`, mapped from start to end
task `main` (mapping_points.rg:10)
  not leaf: it creates an ispace (line 11)
  not inner: it accesses `r` itself (line 13)
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 13: maps `r`: written here
  line 14: gives up `r` for `some_task` (line 14)
  line 16: blocks: maps `r`, written in the statement that begins here, after `some_task` (line 14) is done
]==]
