-- Lists of regions: pieces of partitions, their commons, copies between them, as arguments of tasks.
import "regent"

local c = regentlib.c

fspace elem { a : int, b : int, c : double }

task add(r : region(ispace(int1d), elem), n : int)
where reads writes(r.a) do
  for x in r do x.a += n end
end

-- A parameter that is a list may be read, written and passed on; each region on its own.
task add_to_all(l : regentlib.list(region(ispace(int1d), elem)), n : int)
where reads writes(l.a) do
  for i = 0, 3 do add(l[i], n + i) end
end

__demand(__leaf)
task sum_all(l : regentlib.list(region(ispace(int1d), elem)), count : int) : int
where reads(l.{a, b}) do
  var total = 0
  for i = 0, count do
    var r = l[i]
    for x in r do total += x.a * x.b end
  end
  return total
end

-- Reads some of them itself and lets others read.
task mixed(l : regentlib.list(region(ispace(int1d), elem))) : int
where reads(l), writes(l.b) do
  var first = l[0]
  var total = 0
  for x in first do total += x.a end
  for x in first do x.b = 2 end
  total += sum_all(l[list_range(0, 1)], 1)
  for x in first do x.b = 1 end
  return total
end

task pieces()
  var r = region(ispace(int1d, 9), elem)
  fill(r.{a, b}, 1)
  fill(r.c, 0.0)
  var p = partition(equal, r, ispace(int1d, 3))
  var l = list_slice_partition(p, list_range(0, 3))
  add_to_all(l, 10)
  for x in r do regentlib.assert(x.a == 11 + int(x) / 3, "the list is the region itself") end
  regentlib.assert(sum_all(l, 3) == 3 * (11 + 12 + 13), "read through the list")
  regentlib.assert(mixed(l) == 33 + 66 and r[0].b == 1, "in turn")
  var some = l[list_range(1, 3)]
  regentlib.assert(sum_all(some, 2) == 3 * (12 + 13), "a slice of the list")
  var q = l[2]
  regentlib.assert(q.bounds.lo == int1d(6) and q[7].a == 13, "an element is a region")
  fill(l.b, 5)
  fill((l[1]).b, 6)
  regentlib.assert(sum_all(l, 3) == 3 * (5 * 11 + 6 * 12 + 5 * 13), "filled")

  var d = list_duplicate_partition(p, list_range(0, 3))
  copy(r, d)
  regentlib.assert(d[1].bounds.lo == int1d(3) and d[1].volume == 3, "the same points")
  add_to_all(d, 100)
  regentlib.assert(sum_all(l, 3) == 3 * (5 * 11 + 6 * 12 + 5 * 13), "but other regions")
  copy(d.{a}, l.{b}, +)
  for x in r do regentlib.assert(x.b == 5 + (int(x) / 3) % 2 + 111 + 2 * (int(x) / 3), "added in pairs") end
  copy((d[0]).a, r.b)
  regentlib.assert(r[2].b == 111 and r[3].b == 6 + 113, "one of them")
  copy(r.b, d.b)
  regentlib.assert(sum_all(d[list_range(0, 1)], 1) == 3 * 111 * 111, "one to many")
end

-- Halos: blocks of cells with their neighbours, made of a common.
task exchange()
  var r = region(ispace(int2d, { 6, 6 }), int)
  for x in r do @x = int(x.x) + 10 * int(x.y) end
  var rows = partition(equal, r, ispace(int1d, 3))
  var t : transform(2, 1)
  t[{ 0, 0 }], t[{ 1, 0 }] = 2, 0
  var wide = restrict(r, t, rect2d { { -1, 0 }, { 2, 5 } }, ispace(int1d, 3))
  var own = list_duplicate_partition(rows, list_range(0, 3))
  var halo = list_duplicate_partition(wide, list_range(0, 3))
  copy(r, own)
  fill(halo, -1)
  var shallow = list_cross_product(own, halo, true)
  var common = list_cross_product_complete(own, shallow)
  var direct = list_cross_product(own, halo)
  regentlib.assert(common:num_leaves() == 7 and direct:num_leaves() == 7, "neighbours only")
  var empty = list_cross_product(own[list_range(0, 1)], halo[list_range(2, 3)])
  regentlib.assert(empty:num_leaves() == 0, "nothing in common")
  copy(own, common)
  for k = 0, 3 do
    var h = halo[k]
    for x in h do
      regentlib.assert(h[x] == int(x.x) + 10 * int(x.y), "every cell came from its owner")
    end
  end
  fill(halo, 0)
  copy(own, direct)
  var g = halo[1]
  regentlib.assert(g[{ 1, 3 }] == 31 and g[{ 4, 0 }] == 4 and g.volume == 24, "the complete common at once")
  var back = direct[0][1]
  regentlib.assert(back.bounds.lo.x == 1 and back.bounds.hi.x == 1, "the part that both have")
end

task points_as_colors()
  var r = region(ispace(int2d, { 4, 4 }), int)
  fill(r, 1)
  var p = partition(equal, r, ispace(int2d, { 2, 2 }))
  var l = list_slice_partition(p, list_ispace(p.colors))
  fill((l[3]), 4)
  regentlib.assert(r[{ 3, 3 }] == 4 and r[{ 1, 1 }] == 1 and l[2].bounds.lo.y == 2, "colours with two components")
end

task main()
  pieces()
  exchange()
  points_as_colors()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
