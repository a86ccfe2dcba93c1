-- A loop inside a demanded one may be left early: the iteration goes on behind it.
import "regent"

fspace Cell {
  neighbours : int[8],
  count : int,
}

__demand(__leaf)
task count(cells : region(ispace(int1d), Cell))
where reads(cells.neighbours), writes(cells.count) do
  __demand(__openmp)
  for p in cells do
    var found = 0
    for k = 0, 8 do
      if cells[p].neighbours[k] < 0 then break end
      found += 1
    end
    var twice = 0
    while true do
      twice += 1
      if twice == 2 then break end
    end
    cells[p].count = found * twice
  end
end

task main()
  var cells = region(ispace(int1d, 100), Cell)
  for p in cells do
    var list : int[8]
    for k = 0, 8 do
      if k < int(p) % 9 then list[k] = k else list[k] = -1 end
    end
    cells[p].neighbours = list
  end
  count(cells)
  for p in cells do regentlib.assert(cells[p].count == 2 * (int(p) % 9), "wrong count") end
  regentlib.c.printf("counted\n")
end
regentlib.start(main)

--[==[ OUTPUT
counted
]==]
