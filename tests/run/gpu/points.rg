-- Kernels over index spaces, regions and rects of one to five dimensions, with offsets, empty and with holes.
-- SKIP: no_leaf_inner: tasks for GPUs are leaves
import "regent"

local c = regentlib.c

__demand(__cuda)
task number1(r : region(ispace(int1d), int64), base : int64)
where writes(r) do
  for i in r do r[i] = base + [int64](i) end
end

__demand(__cuda)
task number2(r : region(ispace(int2d), int64))
where writes(r) do
  for i in r.ispace do r[i] = i.x + 1000 * i.y end
end

__demand(__cuda)
task number3(r : region(ispace(int3d), int64))
where writes(r) do
  for i in r.bounds do r[i] = i.x + 1000 * i.y + 1000000 * i.z end
end

__demand(__cuda)
task number4(r : region(ispace(int4d), int64))
where writes(r) do
  for i in r do r[i] = i.x + 10 * i.y + 100 * i.z + 1000 * i.w end
end

__demand(__cuda)
task number5(r : region(ispace(int5d), int64))
where writes(r) do
  for i in r do r[i] = i.x + 10 * i.y + 100 * i.z + 1000 * i.w + 10000 * i.v end
end

-- The loop around the kernel runs on the host.
__demand(__cuda)
task steps(r : region(ispace(int1d), int64), n : int)
where reads writes(r) do
  for step = 1, n + 1 do
    var by = step * 2
    for i in r do r[i] += by end
  end
end

-- Inner loops over numbers, rects, and index spaces with dependences of their own.
__demand(__cuda)
task inner(r : region(ispace(int1d), int64), s : region(ispace(int1d), int64), width : int)
where writes(r), reads(s) do
  var bounds = s.bounds
  for i in r do
    var sum : int64 = 0
    for k = 0, width do
      var at = [int64](i) + k
      if at > [int64](bounds.hi) then break end
      sum += s[at]
    end
    var last : int64 = 0
    while last < 3 do last += 1 end
    r[i] = sum + last
  end
end

__demand(__cuda)
task stencil(inside : region(ispace(int2d), double), all : region(ispace(int2d), double))
where writes(inside), reads(all) do
  for p in inside do
    inside[p] = 0.25 * (all[p + {1, 0}] + all[p + {-1, 0}] + all[p + {0, 1}] + all[p + {0, -1}])
  end
end

fspace cell { value : int64, color : int1d }

__demand(__cuda)
task number_holes(r : region(ispace(int1d), cell))
where writes(r.value) do
  for i in r do r[i].value = 3 * [int64](i) end
end

task main()
  var a = region(ispace(int1d, 1000, 17), int64)
  number1(a, 5)
  for i in a do regentlib.assert(a[i] == 5 + [int64](i), "1") end
  steps(a, 4)
  for i in a do regentlib.assert(a[i] == 25 + [int64](i), "steps") end

  var b = region(ispace(int2d, {37, 70}, {-5, 3}), int64)
  number2(b)
  for i in b do regentlib.assert(b[i] == i.x + 1000 * i.y, "2") end

  var d = region(ispace(int3d, {5, 9, 11}, {1, 2, 3}), int64)
  number3(d)
  for i in d do regentlib.assert(d[i] == i.x + 1000 * i.y + 1000000 * i.z, "3") end

  var e = region(ispace(int4d, {3, 4, 5, 6}), int64)
  number4(e)
  for i in e do regentlib.assert(e[i] == i.x + 10 * i.y + 100 * i.z + 1000 * i.w, "4") end

  var f = region(ispace(int5d, {3, 2, 4, 3, 2}, {1, 0, 0, 2, 0}), int64)
  number5(f)
  for i in f do
    regentlib.assert(f[i] == i.x + 10 * i.y + 100 * i.z + 1000 * i.w + 10000 * i.v, "5")
  end

  -- With holes: every third block of ten; and nothing at all.
  var g = region(ispace(int1d, 300), cell)
  for i in g do
    g[i].value = -1
    g[i].color = int1d(([int64](i) / 10) % 3)
  end
  var parts = partition(g.color, ispace(int1d, 4))
  number_holes(parts[1])
  number_holes(parts[3])
  for i in g do
    var is_there = ([int64](i) / 10) % 3 == 1
    var expected : int64 = -1
    if is_there then expected = 3 * [int64](i) end
    regentlib.assert(g[i].value == expected, "holes")
  end

  var s, t = region(ispace(int1d, 100), int64), region(ispace(int1d, 100), int64)
  fill(s, 2)
  inner(t, s, 7)
  for i in t do
    var count = 100 - [int64](i)
    if count > 7 then count = 7 end
    regentlib.assert(t[i] == 2 * count + 3, "inner loops")
  end

  var u = region(ispace(int2d, {20, 30}), double)
  for i in u do u[i] = i.x * i.x + 3 * i.y end
  var v = region(ispace(int2d, {18, 28}, {1, 1}), double)
  stencil(v, u)
  for i in v do regentlib.assert(v[i] == i.x * i.x + 3 * i.y + 0.5, "stencil") end
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
