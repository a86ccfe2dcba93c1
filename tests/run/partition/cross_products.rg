-- Cross products of two and three partitions: as values, as arguments, in index launches.
import "regent"

local c = regentlib.c

task mark(r : region(ispace(int1d), int), n : int)
where reads writes(r) do
  for x in r do @x = 10 * @x + n end
end

task deep(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)),
          q : partition(disjoint, r, ispace(int1d)), s : partition(disjoint, r, ispace(int1d)),
          grid : cross_product(p, q, s)) : int
where reads writes(r) do
  var sum = 0
  for i in grid.colors do
    for j in grid[i].colors do
      for k in grid[i][j].colors do
        for x in grid[i][j][k] do
          sum += 1
          @x += 1000
        end
      end
    end
  end
  return sum
end

task main()
  var r = region(ispace(int1d, 12), int)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 2))
  var q = partition(equal, r, ispace(int1d, 4))
  var s = partition(equal, r, ispace(int1d, 3))
  var grid = cross_product(p, q)

  -- q's pieces are 0-2, 3-5, 6-8, 9-11; p's 0-5 and 6-11.
  mark(grid[0][1], 1)
  mark(grid[0][2], 7)
  mark(grid[1][2], 2)
  regentlib.assert(r[2] == 0 and r[3] == 1 and r[5] == 1 and r[6] == 2 and r[8] == 2 and r[9] == 0, "pieces of pieces")

  __demand(__index_launch)
  for i = 0, 2 do
    mark(grid[i][3 * i], 3)
  end
  regentlib.assert(r[0] == 3 and r[2] == 3 and r[3] == 1 and r[9] == 3 and r[11] == 3, "an index launch")

  var all = cross_product(p, q, s)
  regentlib.assert(deep(r, p, q, s, all) == 12, "every point once")
  regentlib.assert(r[0] == 1003 and r[3] == 1001 and r[11] == 1003, "three levels")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
