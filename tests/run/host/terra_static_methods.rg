-- `T.method(...)` in terra code: methods by the name of their type, also those that `__getmethod` makes.
import "regent"

local c = regentlib.c

struct point { x : int, y : int }
terra point.methods.make(x : int, y : int) return point { x, y } end
terra point.methods.count(n : int) : int
  if n == 0 then return 0 end
  return 1 + point.count(n - 1)
end
terra point:sum() return self.x + self.y end
point.methods.twice = macro(function(e) return `2 * e end)
local shapes = { point = point }

-- Methods made when they are asked for.
struct powers { base : int }
powers.metamethods.__getmethod = function(self, name)
  local exponent = tonumber(name:match("^power_(%d+)$"))
  if not exponent then return self.methods[name] end
  local terra power(p : &powers)
    var product = 1
    for i = 0, exponent do product = product * p.base end
    return product
  end
  self.methods[name] = power
  return power
end
terra powers.methods.of(base : int) return powers { base } end

terra apply(f : {int, int} -> point, x : int) return f(x, x) end

terra all()
  var a, b = point.make(3, 4), shapes.point.make(1, 2)
  var p = powers.of(2)
  var sum = a:sum() + point.sum(&b) + point.twice(5) + point.count(7)
  var maker = point.make
  return array(sum, maker(6, 1):sum(), apply(point.make, 8).y, p:power_5(), powers.power_3(&p))
end
assert(point.methods.make(1, 2).y == 2)

task main()
  var made = all()
  c.printf("%d %d %d %d %d\n", made[0], made[1], made[2], made[3], made[4])
end
regentlib.start(main)

--[==[ OUTPUT
27 7 8 32 8
]==]
