-- RUN: check
import "regent"

task decide() : bool return true end
task work() : int return 1 end

task conditions()
  __demand(__predicate)
  if true then
--^~ ERROR: cannot predicate if statement: condition is not a future
    work()
  end
  var x = decide()
  __demand(__predicate)
  if x then
--^~ ERROR: cannot predicate if statement: contains else block
    work()
  else
    work()
  end
  __demand(__predicate)
  if x then
    regentlib.c.printf("x")
--  ^~~~~~~~~~~~~~~~~~~~~~~ ERROR: cannot predicate if statement: body is not side-effect free
  end
  __demand(__predicate)
  if x then
    work()
  end
  __demand(__predicate)
  while x do
    break
--  ^~~~~ ERROR: cannot predicate while loop: body is not side-effect free
  end
end

task counted()
  var n = 0
  __demand(__predicate)
  while n < 3 do
--^~~~~ ERROR: cannot predicate while loop: condition is not a future
    work()
    n += 1
  end
end
