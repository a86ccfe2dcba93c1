-- Points and rectangles.
import "regent"

local c = regentlib.c

task main()
  var i : int1d = 5
  regentlib.assert(int(i) == 5 and i == int1d(5), "int1d")
  regentlib.assert(int(i + 3) == 8 and int(i * 2 - 1) == 9, "int1d with numbers")

  var p = int2d { 3, 4 }
  regentlib.assert(p.x == 3 and p.y == 4, "coordinates")
  p.x += 1
  regentlib.assert(p == int2d { 4, 4 }, "assigned coordinate")
  var q = p + { 1, -1 }
  regentlib.assert(q.x == 5 and q.y == 3, "sum")
  regentlib.assert(p * q == int2d { 20, 12 }, "product")
  regentlib.assert(p ~= q and not (p <= q) and int2d { 1, 1 } <= p, "comparisons")

  var s = int3d { x = 1, y = 2, z = 3 }
  regentlib.assert(s.x + s.y + s.z == 6, "three dimensions")

  var r = rect2d { { 0, 0 }, { 2, 3 } }
  regentlib.assert(r.hi == int2d { 2, 3 } and r.lo.x == 0, "corners")
  regentlib.assert(r:volume() == 12 and r:size() == int2d { 3, 4 }, "size")
  regentlib.assert(int2d { 1, 1 } <= r and not (int2d { 3, 0 } <= r), "inside")
  var n = 0
  for point in r do
    n += point.x + 10 * point.y
  end
  regentlib.assert(n == 192, "loop over a rectangle")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
