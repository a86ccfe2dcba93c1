-- Loop variables over regions are pointers: `@p`, `p.f` and `r[p].f` are the same place.
import "regent"

local c = regentlib.c

fspace cell { value : int, weight : double }

task main()
  var r = region(ispace(int1d, 4), cell)
  for p in r do
    (@p).weight = 0.5
    p.value = 10 * int(p)
  end
  for p in r do
    r[p].value += 1
    p.weight *= 2.0
    regentlib.assert(r[int(p)].value == (@p).value, "the same place")
  end
  regentlib.assert(r[3].value == 31 and r[0].weight == 1.0, "values")

  var ints = region(ispace(int1d, 4), int)
  for p in ints do @p = 1 end
  for p in ints do @p += int(p) end
  regentlib.assert(ints[3] == 4 and ints[0] == 1, "a region of numbers")

  -- On points of several dimensions `x` is the coordinate, not the field.
  var grid = region(ispace(int2d, { 2, 2 }), cell)
  for p in grid do
    p.value = p.x + 10 * p.y
  end
  regentlib.assert(grid[{ 1, 1 }].value == 11, "coordinates")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
