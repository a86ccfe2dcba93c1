-- RUN: check
import "regent"

__demand(__parallel)
task two_sums(r : region(ispace(int1d), int))
--   ^~~~~~~~ ERROR: partition driven auto-parallelization failed: task can have only up to one scalar reduction variable
where reads(r) do
  var s, t = 0, 0
  for e in r do
    s += @e
    t += @e
  end
  return s
end

__demand(__parallel)
task other_result(r : region(ispace(int1d), int))
where reads(r) do
  var s = 0
  for e in r do s += @e end
  return s + 1
--^~~~~~~~~~~~ ERROR: partition driven auto-parallelization failed: found an inadmissible statement
end

__demand(__parallel)
task lost_sum(r : region(ispace(int1d), int))
--   ^~~~~~~~ ERROR: partition driven auto-parallelization failed: task must return the scalar reduction result
where reads(r) do
  var s = 0
  for e in r do s += @e end
end

__demand(__parallel)
task sum_read(r : region(ispace(int1d), int))
--   ^~~~~~~~ ERROR: partition driven auto-parallelization failed: task must not read reduction variable
where reads(r) do
  var s = 0
  for e in r do s += @e end
  var t = s
  return s
end

__demand(__parallel)
task sequential(r : region(ispace(int1d), int))
where reads writes(r) do
  for e in r do r[e] = r[e + 1] end
--              ^~~~ ERROR: partition driven auto-parallelization failed: found a region access outside parallelizable loops
end

__demand(__parallel)
task several(r : region(ispace(int1d), int), s : region(ispace(int1d), int),
             t : region(ispace(int1d), int1d(int, r, s)))
where reads writes(r, s), reads(t) do
  for e in t do
    @@e += 1
--  ^~~ ERROR: partition driven auto-parallelization failed: found an inadmissible statement
  end
end

__demand(__parallel)
task fine(r : region(ispace(int1d), int))
where reads writes(r) do
  var s = 0
  for e in r do @e += 1 end
  for e in r do s += @e end
  return s
end

task openmp(r : region(ispace(int1d), int))
where reads writes(r) do
  __demand(__openmp)
  for e in r do r[(e + 1) % r.bounds] = 0 end
--              ^~~~~~~~~~~~~~~~~~~~~ ERROR: OpenMP code generation failed: found a loop-carried dependence
end
