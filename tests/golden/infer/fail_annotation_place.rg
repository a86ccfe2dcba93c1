-- RUN: check
-- Each annotation belongs to some kinds of statements only.
import "regent"

__demand(__index_launch)
task on_task()
end

task on_statements()
  __demand(__leaf)
  for i = 0, 3 do end
  __demand(__inner)
  var x = 1
  __demand(__index_launch)
  while false do end
end
