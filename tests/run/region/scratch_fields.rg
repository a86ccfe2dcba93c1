-- Scratch fields: other values at the points of a region, for a task and what it launches.
import "regent"

local c = regentlib.c

struct pair { x : int, y : double }
fspace cell { a : int, b : int, p : pair }

task set(r : region(ispace(int1d), cell), value : int)
where writes(r.b) do
  for i in r do r[i].b = value + int(i) end
end

task add(r : region(ispace(int1d), cell))
where reads(r.a), reduces +(r.b) do
  for i in r do r[i].b += r[i].a end
end

task sum(r : region(ispace(int1d), cell)) : int
where reads(r.b) do
  var total = 0
  for i in r do total += r[i].b end
  return total
end

task both(one : region(ispace(int1d), cell), other : region(ispace(int1d), cell))
where reads(one.b), reads writes(other.b) do
  for i in one do other[i].b += 1000 * one[i].b end
end

-- Has scratch fields of its own, and cuts a region whose field is another's scratch field into pieces.
task pieces(r : region(ispace(int1d), cell)) : int
where reads writes(r.{a, b}) do
  var ids = allocate_scratch_fields(r.b)
  var s = with_scratch_fields(r.b, ids)
  fill(s.b, 0)
  var colors = ispace(int1d, 2)
  var p = partition(equal, s, colors)
  var q = partition(equal, r, colors)
  for k in colors do set(p[k], 100) end
  for k in colors do add(p[k]) end
  var total = 0
  for k in colors do total += sum(p[k]) end
  for k in colors do set(q[k], 1) end
  copy(s.b, r.b, +)
  return total
end

task mine(r : region(ispace(int1d), cell)) : int
where reads writes(r) do
  var s = with_scratch_fields(r.p, allocate_scratch_fields(r.p))
  fill(s.p, pair { x = 1, y = 0.5 })
  var twice = with_scratch_fields(s.b, allocate_scratch_fields(s.b))
  for i in twice do
    twice[i].b = int(i)
    twice[i].p.x += twice[i].b
  end
  var total = 0
  for i in s do total += s[i].p.x end
  return total + sum(twice)
end

-- The numbers stay those of the task: a called task gets the region, or both.
task elsewhere(r : region(ispace(int1d), cell))
where reads writes(r.b) do
  var s = with_scratch_fields(r.b, __fields(r.b))
  for i in s do s[i].b *= 2 end
end

task shards(rs : regentlib.list(region(ispace(int1d), cell)), count : int)
where reads writes(rs) do
  var ids = allocate_scratch_fields(rs.{a, b})
  fill((with_scratch_fields(rs.{a, b}, ids)).{a, b}, 5)
  for k = 0, count do add(with_scratch_fields((rs[k]).{a, b}, ids)) end
  for k = 0, count do
    regentlib.assert(sum(with_scratch_fields((rs[k]).b, array(ids[1]))) == 10 * 6, "of a list")
    regentlib.assert(sum(rs[k]) == 6 * 7, "the list itself")
  end
  copy((with_scratch_fields(rs.b, array(ids[1]))).b, rs.a, +)
end

-- Many at a time, each with fields of its own, of one region or of its pieces.
task many(r : region(ispace(int1d), cell), first : int) : int
where reads writes(r.{a, b}) do
  var s = with_scratch_fields(r.b, allocate_scratch_fields(r.b))
  set(s, first)
  add(s)
  r[r.bounds.lo].a += sum(s)
  return sum(s)
end

task main()
  var r = region(ispace(int1d, 12), cell)
  fill(r.{a, b}, 3)
  fill(r.p, pair { x = 7, y = 7.0 })

  var ids = allocate_scratch_fields(r.b)
  var s = with_scratch_fields(r.b, ids)
  regentlib.assert(ids[0] ~= (__fields(r.b))[0] and ids[0] == (__fields(s.b))[0], "numbers")
  set(s, 100)
  add(s)
  regentlib.assert(sum(r) == 36, "kept")
  regentlib.assert(sum(s) == 12 * 103 + 66, "scratch")
  both(s, r)
  regentlib.assert(sum(r) == 36 + 1000 * sum(s), "both")
  elsewhere(s)
  regentlib.assert(sum(s) == 2 * (12 * 103 + 66), "below")
  for i in s do
    regentlib.assert(s[i].a == 3, "the other fields are the same")
    s[i].a = 4
  end
  for i in r do regentlib.assert(r[i].a == 4 and r[i].p.x == 7, "the same") end

  for round = 0, 100 do
    fill(r.b, 0)
    regentlib.assert(pieces(r) == 12 * (100 + 4) + 66, "own")
    regentlib.assert(sum(r) == 12 * (1 + 100 + 4) + 2 * 66, "merged")
    regentlib.assert(mine(r) == 12 + 66 + 66, "structures")
  end
  for i in r do regentlib.assert(r[i].p.x == 7 and r[i].p.y == 7.0, "kept") end

  fill(r.{a, b}, 7)
  var colors = ispace(int1d, 2)
  var p = partition(equal, r, colors)
  var list = list_duplicate_partition(p, list_range(0, 2))
  copy(r, list)
  shards(list, 2)
  for k in colors do copy((list[k]), (p[k])) end
  for i in r do regentlib.assert(r[i].a == 7 + 10 and r[i].b == 7, "copied back") end

  var large = region(ispace(int1d, 400), cell)
  fill(large.{a, b}, 0)
  var hundred = ispace(int1d, 100)
  var small = partition(equal, large, hundred)
  var total = 0
  __demand(__index_launch)
  for k in hundred do total += many(small[k], int(k)) end
  regentlib.assert(total == 4 * (99 * 100 / 2) + (399 * 400 / 2), "pieces")
  var once = 0
  for i in large do once += large[i].a end
  regentlib.assert(once == total, "the region itself")
  c.printf("ok\n")
end

regentlib.start(main)

--[==[ OUTPUT
ok
]==]
