-- A task that passes a region on without accessing it, beside one that it accesses.
import "regent"

local c = regentlib.c

task set(r : region(ispace(int1d), int), v : int) where writes(r) do
  for i in r do r[i] = v end
end

task middle(passed : region(ispace(int1d), int), accessed : region(ispace(int1d), int)) : int
where reads writes(passed, accessed) do
  set(passed, 5)
  accessed[0] = 1
  set(accessed, 7)
  set(passed, 6)
  return accessed[0]
end

task main()
  var a = region(ispace(int1d, 3), int)
  var b = region(ispace(int1d, 3), int)
  fill(a, 0)
  fill(b, 0)
  regentlib.assert(middle(a, b) == 7, "accessed")
  regentlib.assert(a[2] == 6 and b[2] == 7, "both")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
