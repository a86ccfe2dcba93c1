-- Regions with index spaces of other types are different ones.
--
-- RUN: check
import "regent"

task columns(grid : region(ispace(int2d), int), sums : region(ispace(int1d), int))
where reads(grid), reduces +(sums) do
  __demand(__openmp)
  for i in grid do sums[int1d(i.x)] += @i end
end

-- Parameters of one type count as apart: what a demanded loop writes is its own part of `to`.
task average(to : region(ispace(int1d), double), from : region(ispace(int1d), double))
where reads(from), reads writes(to) do
  __demand(__openmp)
  for i in to do
    var sum = 0.0
    for k in from do sum += from[k] end
    to[i] = sum
  end
end
