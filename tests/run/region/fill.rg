-- `fill` of whole regions, fields and subregions, also between tasks.
import "regent"

local c = regentlib.c

fspace cell { a : int, { x, y } : double }

task sum_a(r : region(ispace(int1d), cell)) : int
where reads(r.a) do
  var s = 0
  for i in r do s += r[i].a end
  return s
end

task main()
  var r = region(ispace(int1d, 10), cell)
  fill(r.a, 3)
  fill(r.{ x, y }, 0.5)
  regentlib.assert(sum_a(r) == 30, "a fill before a task")
  regentlib.assert(r[9].x + r[0].y == 1.0, "a fill before an access")

  var p = partition(equal, r, ispace(int1d, 2))
  fill((p[1]).a, 7)
  regentlib.assert(sum_a(r) == 15 + 35, "a subregion")
  for color in p.colors do
    fill((p[color]).a, 4)
  end
  regentlib.assert(sum_a(r) == 40, "a loop of fills")

  var numbers = region(ispace(int2d, { 3, 3 }), int64)
  fill(numbers, 9)
  for i in numbers do numbers[i] += 1 end
  regentlib.assert(numbers[{ 2, 2 }] == 10, "a region of numbers")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
