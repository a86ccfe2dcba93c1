-- RUN: check
import "regent"

task g(r : region(ispace(int1d), int)) where reads writes(r) do end

task main()
  var r = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))
  __demand(__constant_time_launch) __forbid(__index_launch)
  for i = 0, 3 do
--^~~ ERROR: conflicting annotations: __constant_time_launch requires __index_launch
    g(p[i])
  end
end
