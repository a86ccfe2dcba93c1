-- Scratch fields of regions that tasks on GPUs read, write and reduce into; the parent's own fields stay what they are.
--
-- SKIP: no_leaf_inner: tasks for GPUs are leaves
import "regent"

local c = regentlib.c

fspace cell { a : int, b : int, x : double }

__demand(__cuda)
task set(r : region(ispace(int1d), cell), value : int)
where writes(r.b) do
  for i in r do r[i].b = value + int(i) end
end

__demand(__cuda)
task add(r : region(ispace(int1d), cell))
where reads(r.a), reduces +(r.b) do
  for i in r do r[i].b += r[i].a end
end

__demand(__cuda)
task both(one : region(ispace(int1d), cell), other : region(ispace(int1d), cell))
where reads(one.b), reads writes(other.{b, x}) do
  for i in one do
    other[i].x += one[i].b
    other[i].b += 1000 * one[i].b
  end
end

task sum(r : region(ispace(int1d), cell)) : int
where reads(r.b) do
  var total = 0
  for i in r do total += r[i].b end
  return total
end

-- Fields of each task's own, on the same device one after the other.
task scratch(r : region(ispace(int1d), cell), first : int) : int
where reads writes(r.{a, b}) do
  var s = with_scratch_fields(r.b, allocate_scratch_fields(r.b))
  set(s, first)
  add(s)
  copy(s.b, r.b, +)
  return sum(s)
end

task main()
  var r = region(ispace(int1d, 100), cell)
  fill(r.{a, b}, 3)
  fill(r.x, 0.5)
  var s = with_scratch_fields(r.b, allocate_scratch_fields(r.b))
  set(s, 100)
  set(r, 7)
  add(s)
  regentlib.assert(sum(s) == 100 * 103 + 4950, "scratch")
  regentlib.assert(sum(r) == 100 * 7 + 4950, "kept")
  both(s, r)
  regentlib.assert(sum(r) == 100 * 7 + 4950 + 1000 * sum(s), "both")
  for i in r do regentlib.assert(r[i].x == 0.5 + 103 + int(i), "a field of its own") end

  fill(r.b, 0)
  var p = partition(equal, r, ispace(int1d, 4))
  for round = 0, 10 do
    var total = 0
    __demand(__index_launch)
    for k in p.colors do total += scratch(p[k], int(k)) end
    regentlib.assert(total == 4950 + 25 * (0 + 1 + 2 + 3) + 300, "pieces")
    regentlib.assert(sum(r) == (round + 1) * total, "merged")
  end
  c.printf("ok\n")
end

regentlib.start(main)

--[==[ OUTPUT
ok
]==]
