-- A reader between reductions sees exactly those before it.
import "regent"

local c = regentlib.c

task add(r : region(ispace(int1d), int), k : int)
where reduces +(r) do
  for i in r do r[i] += k end
end

task first(r : region(ispace(int1d), int)) : int
where reads(r) do
  return r[0]
end

task main()
  var r = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))
  fill(r, 0)
  var log : int[10]
  for t = 0, 10 do
    for k = 0, 4 do
      add(p[k], 1)
    end
    add(r, 10)
    log[t] = first(r)
  end
  for t = 0, 10 do
    regentlib.assert(log[t] == 11 * (t + 1), "prefix")
  end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
