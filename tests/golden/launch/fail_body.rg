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
  for i = 0, 3 do end

  __demand(__index_launch)
  for i = 0, 4, 2 do
    g(p[i])
  end

  __demand(__index_launch)
  for i = 0, 3 do
    f(i)
    f(i)
  end

  __demand(__index_launch)
  for i = 0, 3 do
    c.abs(i)
  end

  __demand(__index_launch)
  for i = 0, 3 do
    var x = i
    x = 2
  end

  __demand(__index_launch)
  for i = 0, 3 do
    f(f(i))
  end
end
