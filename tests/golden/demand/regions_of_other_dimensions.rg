-- Regions with index spaces of other types are different ones.
--
-- RUN: check
import "regent"

task columns(grid : region(ispace(int2d), int), sums : region(ispace(int1d), int))
where reads(grid), reduces +(sums) do
  __demand(__openmp)
  for i in grid do sums[int1d(i.x)] += @i end
end
