-- RUN: check
-- Each annotation belongs to some kinds of statements only.
import "regent"

__demand(__index_launch)
task on_task()
-- 1-4 ERROR: option __demand(__index_launch) is not permitted
end

task on_statements()
  __demand(__leaf)
  for i = 0, 3 do end
--^~~~~~~~~~~~~~~~~~~ ERROR: option __demand(__leaf) is not permitted
  __demand(__inner)
  var x = 1
--^~~~~~~~~ ERROR: option __demand(__inner) is not permitted
  __demand(__index_launch)
  while false do end
--^~~~~~~~~~~~~~~~~~ ERROR: option __demand(__index_launch) is not permitted
end
