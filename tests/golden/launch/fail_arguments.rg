-- RUN: check
import "regent"

task g(r : region(ispace(int1d), int), n : int) where reads writes(r) do end

task main()
  var r = region(ispace(int1d, 8), int)
  var s = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))
  fill(s, 0)

  -- An argument reads a region.
  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    g(p[i], s[i])
--  ^~~~~~~~~~~~~ ERROR: loop optimization failed: argument 2 is not side-effect free
  end

  -- A color that depends on a region.
  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    g(p[s[i]], i)
--  ^~~~~~~~~~~~~ ERROR: loop optimization failed: argument 1 is not side-effect free
  end

  -- A reduction whose target has effects.
  var total : int[3]
  __demand(__index_launch)
  for x in r do
    g(p[0], 1)
  end
end
