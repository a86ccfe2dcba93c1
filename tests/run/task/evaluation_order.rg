-- Calls run before the plain reads of the same statement, and from left to right.
import "regent"

local c = regentlib.c

task digit(r : region(ispace(int1d), int), d : int) : int
where
  reads writes(r)
do
  r[0] = 10 * r[0] + d
  return d
end

task combine(a : int, b : int, d : int) : int
  return 100 * a + 10 * b + d
end

task main()
  var r = region(ispace(int1d, 1), int)
  r[0] = 0
  regentlib.assert(combine(digit(r, 1), digit(r, 2), digit(r, 3)) == 123, "results")
  regentlib.assert(r[0] == 123, "left to right")

  r[0] = 0
  var sum = r[0] + digit(r, 5)
  regentlib.assert(sum == 10, "the call runs before the read")

  r[0] = 0
  var taken = (digit(r, 1) == 2) and (digit(r, 2) == 2)
  regentlib.assert(not taken and r[0] == 1, "the right side of `and` is not evaluated")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
