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
