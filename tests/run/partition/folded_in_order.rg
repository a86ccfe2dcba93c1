-- The results of an index launch meet the variable in the order of the points, as in a loop: rounding and truncation are
-- the same.
import "regent"

local c = regentlib.c

task tenth(i : int) : double
  return 0.1 * i
end

task two() : int
  return 2
end

task main()
  var folded = 1e16
  __demand(__index_launch)
  for i = 0, 20 do
    folded += tenth(i)
  end
  var expected = 1e16
  __forbid(__index_launch)
  for i = 0, 20 do
    expected += tenth(i)
  end
  regentlib.assert(folded == expected, "sum")

  var quotient = 1001
  __demand(__index_launch)
  for i = 0, 3 do
    quotient /= two()
  end
  regentlib.assert(quotient == 125, "quotient")

  var difference = 0.3
  __demand(__index_launch)
  for i = 0, 3 do
    difference -= tenth(i)
  end
  regentlib.assert(difference == 0.3 - 0.1 * 0 - 0.1 * 1 - 0.1 * 2, "difference")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
