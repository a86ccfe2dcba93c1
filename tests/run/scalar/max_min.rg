-- `max` and `min` meet the types of their arguments; a number that is not a number is ignored.
import "regent"

local c = regentlib.c

task main()
  regentlib.assert(max(3, 5) == 5 and min(3, 5) == 3, "integers")
  regentlib.assert(max(3, 4.5) == 4.5 and min(-0.5, 0) == -0.5, "mixed")
  regentlib.assert(max(max(1, 9), min(20, 30)) == 20, "nested")
  var zero = 0.0
  var nan = zero / zero
  regentlib.assert(max(nan, 3.2) == 3.2 and max(3.2, nan) == 3.2, "max of nan")
  regentlib.assert(min(nan, 3.2) == 3.2 and min(3.2, nan) == 3.2, "min of nan")
  var best = 10
  best max= 12
  best max= 3
  regentlib.assert(best == 12, "max=")
  best min= 4
  regentlib.assert(best == 4, "min=")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
