-- Demands that are met, and things forbidden, change nothing about the result.
import "regent"

local c = regentlib.c

__demand(__leaf)
task fill_leaf(r : region(ispace(int1d), int), v : int)
where writes(r) do
  for i in r do r[i] = v + int(i) end
end

__forbid(__leaf)
task fill_not_leaf(r : region(ispace(int1d), int), v : int)
where writes(r) do
  for i in r do r[i] = v + int(i) end
end

__forbid(__leaf, __inner)
task sum(r : region(ispace(int1d), int)) : int
where reads(r) do
  var s = 0
  for i in r do s += r[i] end
  return s
end

__demand(__inner)
task two_calls(r : region(ispace(int1d), int)) : int
where reads writes(r) do
  fill_leaf(r, 10)
  var first = sum(r)
  fill_not_leaf(r, 100)
  return first + sum(r)
end

__forbid(__inner)
task not_inner(r : region(ispace(int1d), int)) : int
where reads writes(r) do
  return two_calls(r)
end

task main()
  var r = region(ispace(int1d, 4), int)
  regentlib.assert(two_calls(r) == 46 + 406, "inner")
  regentlib.assert(not_inner(r) == 46 + 406, "not inner")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
