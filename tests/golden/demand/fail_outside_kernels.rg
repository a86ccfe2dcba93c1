-- RUN: check
-- What the host evaluates around kernels: conditions, bounds, points, results. None of it reaches the data.
import "regent"

__demand(__cuda)
task points_of_kernel(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  for i in rect1d { int1d(0), int1d(r[0]) } do s[i] = 1 end
--                                  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                                  ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
end

__demand(__cuda)
task while_condition(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  while r[0] > 0 do
--      ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--      ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
    for i in s do s[i] = 1 end
  end
end

__demand(__cuda)
task elseif_condition(r : region(ispace(int1d), int), s : region(ispace(int1d), int), n : int)
where reads(r), reads writes(s) do
  if n == 0 then
    for i in s do s[i] = 1 end
  elseif r[0] == 0 then
--       ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--       ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
    for i in s do s[i] = 2 end
  end
end

__demand(__cuda)
task until_condition(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  repeat
    for i in s do s[i] = 1 end
  until r[0] > 0
--      ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--      ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
end

__demand(__cuda)
task first_number(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  for k = r[0], 10 do
--        ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--        ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
    for i in s do s[i] = 1 end
  end
end

__demand(__cuda)
task step(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  for k = 0, 10, r[0] do
--               ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--               ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
    for i in s do s[i] = 1 end
  end
end

__demand(__cuda)
task result(r : region(ispace(int1d), int), s : region(ispace(int1d), int)) : int
where reads(r), reads writes(s) do
  for i in s do s[i] = 1 end
  return r[0]
--       ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--       ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
end

__demand(__cuda)
task variable(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  var first = r[0]
--            ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--            ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
  for i in s do s[i] = first end
end

__demand(__cuda)
task direction_of_scan(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  __parallel_prefix(s, s, +, r[0])
--                           ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                           ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
end

-- In a kernel all of it is allowed.
__demand(__cuda)
task inside(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  for i in s do
    if r[i] > 0 then
      for k = r[i], 10, r[0] + 1 do s[i] += k end
    end
    for k in rect1d { int1d(0), int1d(r[i]) } do s[i] += 1 end
    while s[i] > r[i] do s[i] -= 1 end
    repeat s[i] += 1 until s[i] > r[i]
  end
end
