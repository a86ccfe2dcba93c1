-- RUN: check --explain
-- Which loops became index launches.
import "regent"

task set(r : region(ispace(int1d), int), v : int)
where writes(r) do
  for p in r do @p = v end
end

task main()
  var r = region(ispace(int1d, 10), int)
  var p = partition(equal, r, ispace(int1d, 5))
  for i = 0, 5 do
    set(p[i], i)
  end
  for i = 0, 5 do
    set(p[i % 2], i)
  end
  for i = 0, 5 do
    set(r, i)
  end
  for color in p.colors do
    var k = 2
    set(p[color], k)
    k = 3
  end
end

regentlib.start(main)

--[==[ OUTPUT
task `set` (index_launch.rg:5)
  leaf: it launches no task and creates nothing
  not inner: it accesses `r` itself (line 7)
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 7: kernel on a GPU: its iterations can run in any order
  accesses `r`, mapped from start to end
task `main` (index_launch.rg:10)
  not leaf: it creates an ispace (line 11)
  inner: it accesses no region itself
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 13: index launch: each point launches `set`; the points do not interfere
  line 16: index launch: each point launches `set`; that the points do not interfere is checked when it runs
  line 19: not an index launch: argument 1 interferes with itself
  line 22: not an index launch: preamble statement is not a variable
  maps nothing: no region data is accessed in this task
]==]
