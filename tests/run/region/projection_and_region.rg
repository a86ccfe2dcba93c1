-- A region and a projection of it, whose element types differ, given to one task: accesses keep their order.
import "regent"

local c = regentlib.c

fspace Pair { a : int, b : int }
struct One { x : int }

__demand(__leaf)
task add_up(part : region(ispace(int1d), Pair), all : region(ispace(int1d), One))
where reads writes(part.a), reads(all.x) do
  var sum = 0
  for i in all do sum += all[i].x end
  for i in part do part[i].a = sum end
end

task in_turn(all : region(ispace(int1d), One), r : region(ispace(int1d), Pair))
where reads(all.x), reads writes(r) do
  var p = partition(equal, r, ispace(int1d, 4))
  for k = 0, 4 do add_up(p[k], all) end
end

task chain(all : region(ispace(int1d), One), r : region(ispace(int1d), Pair))
where reads(all.x), reads writes(r) do
  for k = 1, 8 do r[k].a = all[k - 1].x + 1 end
end

task main()
  var r = region(ispace(int1d, 8), Pair)
  fill(r.{a, b}, 1)
  in_turn(r.{x = a}, r)
  for i in r do c.printf(" %d", r[i].a) end
  c.printf("\n")
  chain(r.{x = a}, r)
  for i in r do c.printf(" %d", r[i].a) end
  c.printf("\n")
end
regentlib.start(main)

--[==[ OUTPUT
 8 8 22 22 64 64 190 190
 8 9 10 11 12 13 14 15
]==]
