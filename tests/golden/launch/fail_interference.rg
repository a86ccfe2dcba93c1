-- RUN: check
import "regent"

task g(r : region(ispace(int1d), int)) where reads writes(r) do end
task h(a : region(ispace(int1d), int), b : region(ispace(int1d), int))
where reads writes(a), reads(b) do end

task main()
  var r = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    g(r)
--  ^~~~ ERROR: loop optimization failed: argument 1 interferes with itself
  end

  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    h(p[i], r)
--  ^~~~~~~~~~ ERROR: loop optimization failed: argument 2 interferes with argument 1
  end
end
