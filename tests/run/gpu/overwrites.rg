-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Tasks that write every point of a region, and tasks that look as if they did: old values stay where nothing is written.
import "regent"

local c = regentlib.c

fspace cell { x : double, y : double }

__demand(__cuda)
task all(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].x = 1
    do r[i].y = 2 end
  end
end

__demand(__cuda)
task ispace_of(r : region(ispace(int1d), cell))
where writes(r.x) do
  for i in r.ispace do r[i].x = 3 end
end

task filled(r : region(ispace(int1d), cell))
where writes(r.y) do
  fill(r.y, 4)
end

__demand(__cuda)
task some(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].y = 5
    if [int64](i) % 2 == 0 then r[i].x = 6 end
  end
end

__demand(__cuda)
task first(r : region(ispace(int1d), cell), is : ispace(int1d))
where writes(r.x) do
  for i in is do r[i].x = 7 end
end

__demand(__cuda)
task perhaps(r : region(ispace(int1d), cell), does : bool)
where writes(r.x) do
  if does then
    for i in r do r[i].x = 8 end
  end
end

__demand(__cuda)
task early(r : region(ispace(int1d), cell), ends : bool)
where writes(r.x) do
  if ends then return end
  for i in r do r[i].x = 9 end
end

__demand(__cuda)
task add(r : region(ispace(int1d), cell))
where reads writes(r.x) do
  for i in r do r[i].x += 0.5 end
end

task show(r : region(ispace(int1d), cell))
where reads(r) do
  for i in r do c.printf(" %g %g", r[i].x, r[i].y) end
  c.printf("\n")
end

task main()
  var r = region(ispace(int1d, 4), cell)
  for i in r do
    r[i].x = -1
    r[i].y = -2
  end
  var p = partition(equal, r, ispace(int1d, 2))
  ispace_of(p[1])
  show(r)
  for i in r do r[i].x = -3 end
  filled(p[0])
  show(r)
  some(r)
  show(r)
  for i in r do r[i].x -= 1 end
  first(r, ispace(int1d, 3))
  show(r)
  for i in r do r[i].x -= 1 end
  perhaps(r, false)
  early(r, true)
  show(r)
  add(r)
  all(p[0])
  show(r)
  __demand(__index_launch)
  for k in ispace(int1d, 2) do all(p[k]) end
  add(p[1])
  show(r)
end
regentlib.start(main)

--[==[ OUTPUT
 -1 -2 -1 -2 3 -2 3 -2
 -3 4 -3 4 -3 -2 -3 -2
 6 5 -3 5 6 5 -3 5
 7 5 7 5 7 5 -4 5
 6 5 6 5 6 5 -5 5
 1 2 1 2 6.5 5 -4.5 5
 1 2 1 2 1.5 2 1.5 2
]==]
