-- Assignments to several fields of one element, as earlier versions of the language had them.
import "regent"

struct Pair { left : int, right : int }
fspace Cell { a : double, b : double, c : int, pair : Pair }

local function both(...) return terralib.newlist({...}) end

task fill_all(r : region(ispace(int2d), Cell))
where reads writes(r) do
  for p in r do
    r[p].{a, b} = 0
    r[p].{c, pair.{left, right}} = p.x + p.y
    p.{a, b} += 1.5
    r[p].[both("a", "b")[1]] = 2
  end
end

task main()
  var r = region(ispace(int2d, {2, 3}), Cell)
  fill_all(r)
  for p in r do
    regentlib.assert(p.a == 2 and p.b == 1.5, "the numbers")
    regentlib.assert(p.c == p.pair.left and p.c == p.pair.right and p.c >= 0, "the nested ones")
  end
  var x = Pair { left = 1, right = 2 }
  -- All are read before the first is stored.
  x.{left, right} = x.{right, left}
  regentlib.assert(x.left == 2 and x.right == 1, "exchanged")
  x.{left, right} += x.{right, left}
  regentlib.assert(x.left == 3 and x.right == 3, "added")
  x.{left, right} max= 7
  regentlib.c.printf("%d %d\n", x.left, x.right)
end
regentlib.start(main)

--[==[ OUTPUT
7 7
]==]
