-- Partitions by field: by values of one and two dimensions, with holes, and after the tasks that write them.
import "regent"

local c = regentlib.c

fspace cell {
  owner : int1d,
  tile : int2d,
  sum : int,
}

task paint(r : region(ispace(int1d), cell), first : int)
where writes(r.{owner, tile}) do
  for i in r do
    r[i].owner = (int(i) + first) % 4
    r[i].tile = int2d { int(i) % 2, int(i) / 10 }
  end
end

task add(r : region(ispace(int1d), cell), n : int)
where reads writes(r.sum) do
  for x in r do x.sum += n end
end

task main()
  var r = region(ispace(int1d, 20), cell)
  fill(r.sum, 0)
  paint(r, 0)
  var p = partition(r.owner, ispace(int1d, 3))
  for i = 0, 3 do add(p[i], i + 1) end
  for i = 0, 20 do
    var owner = i % 4
    var expected = owner + 1
    if owner == 3 then expected = 0 end
    regentlib.assert(r[i].sum == expected, "points whose value is no color belong to none")
  end

  -- The field changes; the partition that exists does not.
  paint(r, 1)
  var q = partition(complete, r.owner, ispace(int1d, 4))
  regentlib.assert(int(p[0].bounds.lo) == 0 and int(q[0].bounds.lo) == 3, "two states of one field")

  var t = partition(r.tile, ispace(int2d, { 2, 2 }))
  fill(r.sum, 0)
  for color in t.colors do add(t[color], 10 * color.x + color.y + 1) end
  regentlib.assert(r[0].sum == 1 and r[1].sum == 11 and r[10].sum == 2 and r[19].sum == 12, "two dimensions")

  -- A partition of a piece that has holes itself.
  var inner = p[1]
  var nested = partition(inner.tile, ispace(int2d, { 2, 2 }))
  fill(r.sum, 0)
  add(nested[{ 1, 0 }], 5)
  regentlib.assert(r[1].sum == 5 and r[5].sum == 5 and r[9].sum == 5 and r[13].sum == 0 and r[3].sum == 0, "nested")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
