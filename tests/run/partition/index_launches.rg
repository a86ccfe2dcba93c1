-- Index launches: over numbers and index spaces, with values, invariant regions and computed colors.
import "regent"

local c = regentlib.c

fspace cell { value : int64, old : int64 }

task set(r : region(ispace(int1d), cell), v : int64) where writes(r.value) do
  for i in r do r[i].value = v end
end
task keep(r : region(ispace(int1d), cell)) where reads(r.value), writes(r.old) do
  for i in r do r[i].old = r[i].value end
end
task pull(r : region(ispace(int1d), cell), from : region(ispace(int1d), cell), all : region(ispace(int1d), cell))
where reads(from.old, all.old), reads writes(r.value) do
  for i in r do
    r[i].value = r[i].value + 2 * from[int(from.bounds.lo)].old + all[0].old
  end
end
task sum(r : region(ispace(int1d), cell)) : int64 where reads(r.value) do
  var s : int64 = 0
  for i in r do s += r[i].value end
  return s
end

task main()
  var n = 8
  var r = region(ispace(int1d, 40), cell)
  var p = partition(equal, r, ispace(int1d, n))

  __demand(__index_launch)
  for i = 0, n do
    set(p[i], 3 * i + 1)
  end
  __demand(__index_launch)
  for color in p.colors do
    keep(p[color])
  end
  __demand(__index_launch)
  for i = 0, n do
    var from = (i + 1) % n
    pull(p[i], p[from], r)
  end

  var total : int64 = 0
  __demand(__index_launch)
  for i = 0, n do
    total += sum(p[i])
  end
  -- Each value occurs once as itself and twice as a neighbor; the first is added everywhere.
  regentlib.assert(total == 5 * (3 * 92 + 8), "sum")
  regentlib.assert(r[0].value == 1 + 2 * 4 + 1 and r[39].value == 22 + 2 * 1 + 1, "neighbors")

  __demand(__index_launch)
  for i = 2, 5 do
    set(p[i - 2], i)
  end
  regentlib.assert(r[0].value == 2 and r[10].value == 4 and r[15].value ~= 4, "part of the colors")

  -- A launch over nothing.
  for i = 3, 3 do set(p[i], 1) end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
