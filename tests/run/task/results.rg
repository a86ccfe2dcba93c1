-- Tasks with results of many types, and without one.
import "regent"

local c = regentlib.c

struct statistics { count : int64, sum : double, low : int8[2] }

task integer() : int return 42 end
task real() : double return 2.5 end
task truth() : bool return true end
task inferred(x : int) return x + 1 end
task nothing() end
task early(x : int)
  if x > 0 then return end
  regentlib.assert(x <= 0, "returned before")
end
task aggregate(n : int) : statistics
  var s : statistics
  s.count = n
  s.sum = 1.5 * n
  s.low[0], s.low[1] = 1, 2
  return s
end
task point() : int2d return int2d { 3, 4 } end

task main()
  regentlib.assert(integer() == 42, "int")
  regentlib.assert(real() == 2.5, "double")
  regentlib.assert(truth(), "bool")
  regentlib.assert(inferred(1) == 2, "inferred")
  nothing()
  early(1)
  early(-1)
  var s = aggregate(4)
  regentlib.assert(s.count == 4 and s.sum == 6.0 and s.low[1] == 2, "struct")
  regentlib.assert(aggregate(10).sum == 15.0, "field of a result")
  regentlib.assert(point().y == 4, "point")
  integer()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
