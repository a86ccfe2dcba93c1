-- Tasks on pieces, on the whole and direct accesses see each other's writes.
import "regent"

local c = regentlib.c

task add(r : region(ispace(int1d), int), k : int) where reads writes(r) do
  for i in r do r[i] += k end
end
task sum(r : region(ispace(int1d), int)) : int where reads(r) do
  var s = 0
  for i in r do s += r[i] end
  return s
end

task main()
  var r = region(ispace(int1d, 12), int)
  var thirds = partition(equal, r, ispace(int1d, 3))
  var quarters = partition(equal, r, ispace(int1d, 4))
  fill(r, 0)
  for i = 0, 3 do add(thirds[i], i + 1) end
  regentlib.assert(sum(r) == 24, "pieces, then the whole")
  add(r, 1)
  regentlib.assert(sum(thirds[2]) == 16, "the whole, then a piece")
  for i = 0, 4 do add(quarters[i], 10 * i) end
  regentlib.assert(sum(thirds[0]) == 4 * 2 + 10, "two partitions")
  regentlib.assert(r[4] == 3 + 10 and r[11] == 4 + 30, "direct accesses")
  thirds[1][5] = 1000
  regentlib.assert(sum(quarters[1]) == 12 + 13 + 1000, "an access through a piece")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
