-- A piece of a partition that was deleted cannot be used any more.
--
-- EXIT: failure
import "regent"

task add(r : region(ispace(int1d), int), n : int)
where reads writes(r) do
  for x in r do @x += n end
end

task main()
  var r = region(ispace(int1d, 8), int)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 2))
  var half = p[1]
  add(half, 1)
  __delete(p)
  add(half, 2)
end

regentlib.start(main)

--[==[ STDERR
use_after_delete.rg:18: task `main` uses a partition of `r` that it has destroyed
]==]
