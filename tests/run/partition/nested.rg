-- Partitions of pieces of partitions.
import "regent"

local c = regentlib.c

task mark(r : region(ispace(int1d), int), v : int) where writes(r) do
  for i in r do r[i] = v end
end

task halves(r : region(ispace(int1d), int), v : int) where writes(r) do
  var p = partition(equal, r, ispace(int1d, 2))
  for i = 0, 2 do
    mark(p[i], 10 * v + i)
  end
end

task main()
  var r = region(ispace(int1d, 16), int)
  var p = partition(equal, r, ispace(int1d, 4))
  for i = 0, 4 do
    halves(p[i], i + 1)
  end
  for i in r do
    regentlib.assert(r[i] == 10 * (int(i) / 4 + 1) + (int(i) / 2) % 2, "pieces of pieces")
  end

  var left = p[0]
  var q = partition(equal, left, ispace(int1d, 2))
  mark(q[1], -1)
  regentlib.assert(r[1] == 10 and r[2] == -1 and r[4] == 20, "in one task")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
