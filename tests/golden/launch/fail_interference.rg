-- RUN: check
import "regent"

task g(r : region(ispace(int1d), int)) where reads writes(r) do end
task h(a : region(ispace(int1d), int), b : region(ispace(int1d), int))
where reads writes(a), reads(b) do end

task main()
  var r = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))

  __demand(__index_launch)
  for i = 0, 3 do
    g(r)
  end

  __demand(__index_launch)
  for i = 0, 3 do
    h(p[i], r)
  end
end
