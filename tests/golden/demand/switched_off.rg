-- Demands of analyses that are switched off are not checked.
--
-- RUN: check -fpredicate 0 -findex-launch 0
import "regent"

task work(n : int) : int return n end

task main()
  var n = 0
  __demand(__predicate)
  while n < 3 do
    regentlib.c.printf("text")
    n += 1
  end
  __demand(__index_launch)
  for i = 0, 3 do
    work(i)
    work(i + 1)
  end
end
