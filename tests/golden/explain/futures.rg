-- RUN: check --explain
-- Where results are waited for.
import "regent"

task value(n : int) : int return n end

task main()
  var sum, factor = 0, 1
  for i = 0, 3 do
    sum += value(i)
    factor *= value(i) + i
  end
  var more = sum * 2 + factor
  value(more + 1)
  if more > 5 then sum = 0 end
  return sum
end

--[==[ OUTPUT
task `value` (futures.rg:5)
  leaf: it launches no task and creates nothing
  not inner: it is a leaf task, and a task cannot be both
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  maps nothing: no region data is accessed in this task
task `main` (futures.rg:7)
  not leaf: it calls task `value` (line 10)
  inner: it accesses no region itself
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 9: not an index launch: preamble statement is not a variable
  line 15: blocks: the value of `more` is needed here, after `value` (line 10) and `value` (line 11) is done
  line 16: blocks: the value of `sum` is needed here, after `value` (line 10) is done
  maps nothing: no region data is accessed in this task
]==]
