-- A region far larger than memory neither fails nor takes memory while nothing accesses it.
import "regent"

local c = regentlib.c
local resource = terralib.includec("sys/resource.h")

task touches_nothing(r : region(ispace(int1d), int)) : int
  return 1
end

task main()
  var size_of_the_universe = 1000000000000000LL
  var before : resource.rusage
  resource.getrusage(0, &before)
  var r = region(ispace(int1d, size_of_the_universe), int)
  regentlib.assert(touches_nothing(r) == 1, "passed to a task")
  var p = partition(equal, r, ispace(int1d, 1000))
  for i = 0, 10 do
    touches_nothing(p[i])
  end
  var after : resource.rusage
  resource.getrusage(0, &after)
  regentlib.assert(int64(after.ru_maxrss) - int64(before.ru_maxrss) < 100000, "more than 100 MB were touched")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
