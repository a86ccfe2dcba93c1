-- A demanded index launch whose points turn out to interfere ends the program.
--
-- EXIT: failure
-- SKIP: single_launches: the loop is no index launch there, and runs in order
import "regent"

task change(r : region(ispace(int1d), int))
where reads writes(r) do
  for x in r do @x += 1 end
end

task main()
  var r = region(ispace(int1d, 8), int)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 4))
  -- A loop that nobody demands runs in order.
  for i = 0, 4 do
    change(p[i % 2])
  end
  regentlib.assert(r[0] == 2 and r[7] == 0, "in order")
  __demand(__index_launch)
  for i = 0, 4 do
    change(p[i % 2])
  end
end

regentlib.start(main)

--[==[ STDERR
interfering_demand.rg:22: loop optimization failed: argument 1 interferes with itself
]==]
