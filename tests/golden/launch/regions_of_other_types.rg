-- Regions of other dimensions or fields share nothing, wherever they come from.
--
-- RUN: check
import "regent"

fspace cell { value : double }
fspace total { sum : double, count : int }

task spread(piece : region(ispace(int2d), cell), t : region(ispace(int2d), total))
where reads(t), writes(piece) do
  for i in piece do piece[i].value = t[{ 0, 0 }].sum end
end
task scale(piece : region(ispace(int2d), cell), factors : region(ispace(int1d), cell))
where reads(factors), writes(piece) do
  for i in piece do piece[i].value = factors[i.x].value end
end

task sides(grid : region(ispace(int2d), cell), totals : region(ispace(int2d), total),
           factors : region(ispace(int1d), cell), p : partition(disjoint, grid, ispace(int1d)),
           q : partition(disjoint, grid, ispace(int1d)), pq : cross_product(p, q), colors : ispace(int1d))
where reads writes(grid), reads(totals, factors) do
  __demand(__index_launch)
  for c in colors do spread(pq[0][c], totals) end
  __demand(__index_launch)
  for c in colors do scale(pq[0][c], factors) end
end
