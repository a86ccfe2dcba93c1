-- RUN: check
-- Loops that cannot be index launches, each for a reason of its own.
import "regent"

local c = regentlib.c

task f(n : int) : int return n end
task g(r : region(ispace(int1d), int)) where reads writes(r) do end

task main()
  var r = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do end
--^~~~~~~~~~~~~~~~~~~ ERROR: loop optimization failed: body is empty

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 4, 2 do
--^~~ ERROR: loop optimization failed: stride not equal to 1
    g(p[i])
  end

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    f(i)
--  ^~~~ ERROR: loop optimization failed: preamble statement is not a variable
    f(i)
  end

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    c.abs(i)
--  ^~~~~~~~ ERROR: loop optimization failed: function is not a task
  end

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    var x = i
    x = 2
--  ^~~~~ ERROR: loop optimization failed: body is not a function call
  end

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    f(f(i))
--    ^~~~ ERROR: loop optimization failed: preamble statement is not side-effect free
  end
end
