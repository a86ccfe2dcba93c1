-- Equal partitions: blocks of the rounded-up size; trailing colors may be empty.
import "regent"

local c = regentlib.c

task size(r : region(ispace(int1d), int)) : int
  var n = 0
  for i in r do n += 1 end
  return n
end

task main()
  var r = region(ispace(int1d, 10), int)
  var p = partition(equal, r, ispace(int1d, 4))
  regentlib.assert(size(p[0]) == 3 and size(p[2]) == 3 and size(p[3]) == 1, "uneven")
  regentlib.assert(int(p[1].bounds.lo) == 3 and int(p[1].bounds.hi) == 5, "bounds")

  var q = partition(equal, r, ispace(int1d, 7))
  regentlib.assert(size(q[4]) == 2 and size(q[5]) == 0 and size(q[6]) == 0, "empty colors")

  var n = 0
  for color in p.colors do
    var piece = p[color]
    for i in piece do
      r[i] = int(color)
      n += 1
    end
  end
  regentlib.assert(n == 10 and r[2] == 0 and r[3] == 1 and r[9] == 3, "every element once")

  var grid = region(ispace(int2d, { 5, 4 }), int)
  var blocks = partition(equal, grid, ispace(int2d, { 2, 2 }))
  for color in blocks.colors do
    var block = blocks[color]
    for e in block do grid[e] = 10 * color.x + color.y end
  end
  regentlib.assert(grid[{ 0, 0 }] == 0 and grid[{ 2, 1 }] == 0 and grid[{ 3, 1 }] == 10, "blocks")
  regentlib.assert(grid[{ 2, 2 }] == 1 and grid[{ 4, 3 }] == 11, "more blocks")

  var shifted = region(ispace(int1d, 6, 100), int)
  var halves = partition(equal, shifted, ispace(int1d, 2, 5))
  regentlib.assert(int(halves[6].bounds.lo) == 103, "a color space that does not start at zero")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
