-- Direct accesses and calls on the same region alternate, in branches and loops.
import "regent"

local c = regentlib.c

task double_all(r : region(ispace(int1d), int)) where reads writes(r) do
  for i in r do r[i] *= 2 end
end
task sum(r : region(ispace(int1d), int)) : int where reads(r) do
  var s = 0
  for i in r do s += r[i] end
  return s
end

task touched_in_branch(r : region(ispace(int1d), int), direct : bool) : int
where reads writes(r) do
  if direct then
    for i in r do r[i] += 1 end
  else
    double_all(r)
  end
  if sum(r) > 10 then
    r[0] += 100
  end
  double_all(r)
  return r[0]
end

task main()
  var r = region(ispace(int1d, 4), int)
  for i in r do r[i] = 1 end
  double_all(r)
  r[0] += 1
  double_all(r)
  regentlib.assert(r[0] == 6 and r[3] == 4, "one after the other")

  for t = 0, 5 do
    r[t % 4] += 1
    double_all(r)
    r[(t + 1) % 4] -= 1
  end
  -- The same in a local array.
  var a : int[4]
  a[0], a[1], a[2], a[3] = 6, 4, 4, 4
  for t = 0, 5 do
    a[t % 4] += 1
    for i = 0, 4 do a[i] *= 2 end
    a[(t + 1) % 4] -= 1
  end
  for i = 0, 4 do
    regentlib.assert(r[i] == a[i], "in a loop")
  end

  for i in r do r[i] = 1 end
  regentlib.assert(touched_in_branch(r, true) == 2 * 2, "a branch with accesses")
  for i in r do r[i] = 3 end
  regentlib.assert(touched_in_branch(r, false) == 2 * 106, "a branch with a call")

  -- Regions that are created in a loop and accessed only sometimes.
  for t = 1, 6 do
    var s = region(ispace(int1d, t), int)
    fill(s, t)
    if t % 2 == 0 then
      s[0] = 0
    end
    double_all(s)
    regentlib.assert(sum(s) == 2 * t * t - 2 * t * ((t + 1) % 2), "a region of a loop")
  end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
