-- Regions over index spaces of every kind; several regions share one.
import "regent"

local c = regentlib.c

task main()
  var line = ispace(int1d, 5, 100)
  var a = region(line, int)
  var b = region(line, double)
  for i in line do
    a[i] = int(i)
    b[i] = 0.5 * int(i)
  end
  regentlib.assert(a[104] == 104 and b[100] == 50.0, "a start that is not zero")
  regentlib.assert(int(line.bounds.lo) == 100 and int(a.bounds.hi) == 104, "bounds")
  regentlib.assert(line.volume == 5, "volume")

  var grid = region(ispace(int2d, { 4, 3 }, { -1, 10 }), int)
  for p in grid do
    grid[p] = 100 * p.x + p.y
  end
  regentlib.assert(grid[{ -1, 10 }] == -90 and grid[{ 2, 12 }] == 212, "two dimensions")
  regentlib.assert(grid.bounds.lo == int2d { -1, 10 } and grid.bounds.hi == int2d { 2, 12 }, "bounds of a grid")

  var cube = region(ispace(int3d, { 2, 3, 4 }), int)
  var n = 0
  for p in cube do
    cube[p] = n
    n += 1
  end
  regentlib.assert(n == 24 and cube[{ 1, 0, 0 }] == 1 and cube[{ 0, 1, 0 }] == 2 and cube[{ 0, 0, 1 }] == 6, "cube")

  var set = region(ispace(ptr, 7), int)
  n = 0
  for p in set do
    @p = n
    n += 1
  end
  var sum = 0
  for p in set do sum += @p end
  regentlib.assert(n == 7 and sum == 21, "an unstructured index space")

  var nothing = region(ispace(int1d, 0), int)
  for i in nothing do regentlib.assert(false, "an empty region") end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
