-- Regions and partitions that are deleted while tasks use them, while the task itself has pieces mapped, and
-- in any order.
import "regent"

local c = regentlib.c

task add(r : region(ispace(int1d), int), n : int)
where reads writes(r) do
  for x in r do @x += n end
end

task pieces() : int
  var r = region(ispace(int1d, 8), int)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 2))
  var half = p[1]
  var q = partition(equal, half, ispace(int1d, 2))
  var quarter = q[1]
  for x in quarter do @x = 5 end
  var first = 0
  for x in quarter do first += @x end
  __delete(p)
  __delete(q)
  add(r, 1)
  var s = 0
  for x in r do s += @x end
  __delete(r)
  return s + first
end

task again() : int
  var r = region(ispace(int1d, 8), int)
  fill(r, 0)
  for k = 0, 50 do
    var p = partition(equal, r, ispace(int1d, 4))
    for i = 0, 4 do add(p[i], i) end
    __delete(p)
  end
  var s = 0
  for x in r do s += @x end
  __delete(r)
  return s
end

task main()
  for k = 0, 20 do
    regentlib.assert(pieces() == 28, "a piece was mapped when its partition went")
  end
  regentlib.assert(again() == 50 * 2 * 6, "a partition for each step")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
