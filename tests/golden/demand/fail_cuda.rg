-- RUN: check
import "regent"

__demand(__cuda)
task kernels(r : region(ispace(int1d), int), s : region(ispace(int1d), int), n : int) : int
where reads writes(r), reads(s) do
  var sum = 0
  for step = 0, n do
    for i in r do
      @i = s[i] + step
      sum += s[i]
    end
  end
  for i in r do
    for k = 0, 3 do @i += k end
  end
  return sum
end

__demand(__cuda)
task outside(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads writes(r, s) do
  for i in r do r[i] = 0 end
  s[0] = 0
--^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
end

__demand(__cuda)
task one_after_another(r : region(ispace(int1d), int), n : int)
where reads writes(r) do
  for i in r do r[(i + 1) % n] = r[i] end
--              ^~~~~~~~~~~~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~~~~~~~~~~~ NOTE: iterations may meet in an element of `r`: index what the loop writes with its variable, or reduce into it
end

__demand(__cuda)
task counts_in_array(r : region(ispace(int1d), int))
where reads writes(r) do
  var counts : int[1]
  for i in r do
--^~~ NOTE: threads cannot reduce into `counts` of type int32[1]: reduce into numbers
    counts[0] += 1
    r[i] = 0
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end

__demand(__cuda)
task checks(r : region(ispace(int1d), int))
where reads(r) do
  for i in r do regentlib.assert(@i == 1, "one") end
--                               ^~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ NOTE: a kernel cannot end the program: reduce a condition into a variable, and check it behind the loop
end

__demand(__cuda)
task numbers(r : region(ispace(int1d), int))
where reads writes(r) do
  for i = 0, 10 do r[i] = 1 end
--                 ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~ NOTE: a loop over numbers runs on the host: loop over points (`for i in ispace(int1d, n)`)
end

__demand(__cuda)
task kernel_in_kernel(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads writes(r, s) do
  for i in r do
--^~~ NOTE: the loop holds a loop over points that is a kernel itself, so only that one runs on the device: put what stands around it into a loop of its own
    for k in s do s[k] += r[i] end
    r[i] = 0
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end

__demand(__cuda)
task meeting(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do
    for k = 0, 2 do
      r[i + k] = 1
--    ^~~~~~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--    ^~~~~~~~ NOTE: iterations may meet in an element of `r`: index what the loop writes with its variable, or reduce into it
    end
  end
end
