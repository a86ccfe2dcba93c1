-- Loops over arrays that are larger than the caches, along rows of several lengths and shapes, in one to three
-- dimensions.
import "regent"

fspace cell { a : double, b : int32 }

task number(r : region(ispace(int2d), cell))
where writes(r) do
  for p in r do
    r[p].a = 3.0 * p.x + p.y
    r[p].b = 0
  end
end

-- The foremost row that it reads is before that of its point.
task differ(r : region(ispace(int2d), cell), inside : rect2d)
where reads(r.a), reads writes(r.b) do
  for p in inside do
    r[p].b += int32(r[p + { 1, 0 }].a - r[p - { 0, 2 }].a)
  end
end

task count(r : region(ispace(int2d), cell), wanted : int32) : int64
where reads(r.b) do
  var number : int64 = 0
  for p in r do
    if r[p].b == wanted then number += 1 end
  end
  return number
end

task line(r : region(ispace(int1d), float)) : float
where reads writes(r) do
  for i in r do r[i] = float(int64(i) % 4) end
  for i in r do r[i] *= 2.0 end
  var total = 0.0
  for i in r do total += r[i] end
  return total
end

task cube(r : region(ispace(int3d), double)) : double
where reads writes(r) do
  for p in r do r[p] = double(p.x) + 1000.0 * p.y - p.z end
  var total = 0.0
  for p in r do
    if p.z == 2 then break end
    total += r[p] - 1000.0 * p.y + p.z
  end
  return total
end

task main()
  var grid = region(ispace(int2d, { 1000, 900 }), cell)
  number(grid)
  differ(grid, rect2d { { 1, 2 }, { 998, 899 } })
  regentlib.assert(count(grid, 5) == 998 * 898, "a point differs")
  regentlib.assert(count(grid, 0) == 1000 * 900 - 998 * 898, "a point outside differs")
  __delete(grid)
  var long = region(ispace(int1d, 2500003), float)
  regentlib.assert(line(long) == 7500006.0, "the line is wrong")
  __delete(long)
  var box = region(ispace(int3d, { 300, 70, 60 }), double)
  regentlib.assert(cube(box) == 2 * 70 * 150.0 * 299.0, "the cube is wrong")
end

regentlib.start(main)
