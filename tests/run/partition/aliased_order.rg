-- Tasks on overlapping subregions behave as if they ran one after the other.
import "regent"

local c = regentlib.c

task push(r : region(ispace(int1d), int64), digit : int)
where reads writes(r) do
  for x in r do @x = 10 * @x + digit end
end

task sum(r : region(ispace(int1d), int64)) : int64
where reads(r) do
  var s : int64 = 0
  for x in r do s += @x end
  return s
end

task main()
  var r = region(ispace(int1d, 6), int64)
  fill(r, 0)
  var t : transform(1, 1)
  t[{ 0, 0 }] = 1
  var windows = restrict(r, t, rect1d { 0, 2 }, ispace(int1d, 4))
  var halves = partition(equal, r, ispace(int1d, 2))

  -- Windows 0-2, 1-3, 2-4 and 3-5 overlap, so the order of the iterations is seen in each element.
  for i = 0, 4 do push(windows[i], i + 1) end
  regentlib.assert(r[0] == 1 and r[1] == 12 and r[2] == 123 and r[3] == 234 and r[4] == 34 and r[5] == 4, "in order")

  var before = sum(windows[1])
  for i = 0, 2 do push(halves[i], 9) end
  var after = sum(windows[1])
  regentlib.assert(before == 12 + 123 + 234 and after == 129 + 1239 + 2349, "between two partitions")

  for i = 3, -1, -1 do push(windows[i], 0) end
  regentlib.assert(r[0] == 190 and r[2] == 1239000 and r[5] == 490, "downwards")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
