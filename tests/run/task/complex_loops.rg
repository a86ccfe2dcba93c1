-- Loops for OpenMP and tasks for the automatic parallelizer may use operators of a type's own, and reduce by them.
-- SKIP: no_leaf_inner: tasks for the automatic parallelizer are leaves
import "regent"

fspace cell { x : double, z : complex64 }

__demand(__parallel)
task init(r : region(ispace(int1d), cell))
where reads writes(r) do
  for i in r do
    r[i].x = int(i)
    r[i].z = complex64 { int(i), 1 } * complex64 { 0, 1 }
  end
end

__demand(__parallel)
task total(r : region(ispace(int1d), cell)) : complex64
where reads(r.z) do
  var s = complex64 { 5, 0 }
  for i in r do s += r[i].z end
  return s
end

task turn(r : region(ispace(int1d), cell)) : complex64
where reads(r.x), reads writes(r.z) do
  var s = complex64 { 1, 0 }
  __demand(__openmp)
  for i in r do
    r[i].z = r[i].z * complex64 { 0, 1 } + 1.0
    r[i].z -= r[i].x
  end
  __demand(__openmp)
  for i in r do s -= r[i].z end
  return s
end

task main()
  var r = region(ispace(int1d, 10), cell)
  var p = partition(equal, r, ispace(int1d, 3))
  init(r)
  var s = total(r)
  -- The sum of (-1, i), from 5 on.
  regentlib.assert(s.real == -5 and s.imag == 45, "parallel")
  var t = complex64 { 0, 0 }
  __demand(__index_launch)
  for k in p.colors do t += turn(p[k]) end
  -- Each (-1, i) became (-i, -1), plus 1, minus i.
  regentlib.assert(t.real == 3 - 10 + 90 and t.imag == 10, "openmp")
  regentlib.c.printf("summed\n")
end
regentlib.start(main)

--[==[ OUTPUT
summed
]==]
