-- Demanded index launches whose results have another type than the variable: they are folded as they are, and the
-- sum is converted.
import "regent"

task whole(i : int) : int64 return i end
task half(i : int) : double return i * 0.5 end
task single(i : int) : float return i end

task main()
  var n : int = 5
  __demand(__index_launch)
  for i = 0, 10 do n += whole(i) end
  var x : float = 1
  __demand(__index_launch)
  for i = 0, 4 do x += half(i) end
  var y : double = 100
  __demand(__index_launch)
  for i = 1, 4 do y -= single(i) end
  var z : double = 24
  __demand(__index_launch)
  for i = 1, 4 do z /= single(i) end
  var most : int, least : int = -3, 100
  __demand(__index_launch)
  for i = 0, 4 do most max= whole(i - 9) end
  __demand(__index_launch)
  for i = 0, 4 do least min= half(i * 2 + 8) end
  -- Not demanded: converted at each step, as it reads.
  var truncated : int = 0
  for i = 0, 4 do truncated += half(i) end
  regentlib.c.printf("%d %g %g %g %d %d %d\n", n, x, y, z, most, least, truncated)
end
regentlib.start(main)

--[==[ OUTPUT
50 4 94 4 -3 4 2
]==]
