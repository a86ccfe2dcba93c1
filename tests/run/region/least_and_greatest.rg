-- The least and the greatest value that a loop over a region finds, whatever the number of elements, with values that
-- are no numbers between them.
import "regent"

local c = regentlib.c
local inf = 1.0 / 0.0

fspace cell { a : double, b : float, hit : int64 }

task set(r : region(ispace(int1d), cell), n : int64, at : int64)
where writes(r) do
  var zero = 0.0
  for i in r do
    r[i].a, r[i].b, r[i].hit = 5.0 + (int64(i) * 37) % 101, float(5 + (int64(i) * 37) % 101), 0
    if int64(i) % 3 == 1 then r[i].a = zero / zero end
    if int64(i) == at then r[i].a, r[i].b = -7.0, 1000.0f end
  end
end

task find(r : region(ispace(int1d), cell)) : double
where reads(r.{a, b}), reads writes(r.hit) do
  var least, greatest, lowest = inf, float(-1.0), inf
  for i in r do
    least min= r[i].a
    greatest max= r[i].b
    lowest min= 2.0 * r[i].b
    r[i].hit += 1
  end
  return least * 1000000.0 + greatest + lowest / 1000.0
end

-- What the loop reads again is no result of the loop alone.
task records(r : region(ispace(int1d), cell)) : int64
where reads(r.b) do
  var greatest, count = float(-1.0), 0
  for i in r do
    if r[i].b > greatest then count += 1 end
    greatest max= r[i].b
  end
  return count
end

task plane(r : region(ispace(int2d), double)) : double
where reads(r) do
  var least, greatest = inf, -inf
  for p in r do
    least min= r[p]
    if p.x % 2 == 0 then greatest max= r[p] end
  end
  return least + 1000.0 * greatest
end

task main()
  var sizes = array(1, 7, 8, 63, 64, 65, 130, 1000)
  for k = 0, 8 do
    var n = sizes[k]
    var r = region(ispace(int1d, n), cell)
    for at = 0, n, n / 5 + 1 do
      set(r, n, at)
      var lowest = 1e9
      for i in r do
        if 2.0 * r[i].b < lowest then lowest = 2.0 * r[i].b end
      end
      regentlib.assert(find(r) == -7000000.0 + 1000.0 + lowest / 1000.0, "least and greatest")
      for i in r do regentlib.assert(r[i].hit == 1, "each once") end
    end
  end
  var r = region(ispace(int1d, 4), cell)
  for i in r do r[i].b = float(int64(i) % 3) end
  regentlib.assert(records(r) == 3, "records")
  var s = region(ispace(int2d, { 71, 3 }), double)
  for p in s do s[p] = p.x * 2.0 - p.y * 50.0 end
  regentlib.assert(plane(s) == -100.0 + 140000.0, "in a plane")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
