-- Regions of 60% of the memory that is allowed, one after the other: each waits until the earlier one was
-- deleted, and nobody waits for a result in between.
--
-- ARGS: -ll:csize 16
-- SKIP: memory_16: the program sets its own limit
import "regent"

local c = regentlib.c

task double_it(r : region(ispace(int1d), int64))
where reads writes(r) do
  for x in r do @x *= 2 end
end

task sum(r : region(ispace(int1d), int64)) : int64
where reads(r) do
  var s : int64 = 0
  for x in r do s += @x end
  return s
end

task with_temporary(n : int64) : int64
  var r = region(ispace(int1d, 400000), int64)
  fill(r, n)
  double_it(r)
  var s = sum(r)
  __delete(r)
  return s
end

task main()
  var total : int64 = 0
  for k = 0, 20 do
    var r = region(ispace(int1d, 1250000), int64)
    fill(r, k)
    double_it(r)
    total += sum(r)
    __delete(r)
    total += with_temporary(k)
  end
  regentlib.assert(total == 190LL * 3300000LL, "each element was counted once")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
