-- RUN: check
-- Why loops of tasks for GPUs are no kernels.
import "regent"

local c = regentlib.c
local abs = terralib.includec("stdlib.h").abs

terra counts(n : &int) : int return @n end
local calls = terralib.global(int, 0)
terra global_count(n : int) : int return n + calls end
terra pure(n : int) : int return n * 2 end

struct vector { x : int, y : int }
fspace cell { a : int, v : vector }

-- What is allowed.
__demand(__cuda)
task good(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell)) : int
where reads writes(r), reads(s) do
  var most = 0
  for i in r do
    r[i].a = pure(s[i].a) + [int](r.bounds.lo)
    most max= s[i].a
    while r[i].a > 10 do r[i].a -= 1 end
  end
  return most
end

__demand(__cuda)
task any_function(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do r[i] = global_count(r[i]) end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~~~~~~~~~~~~~~~ NOTE: the function `global_count` does more than compute: it may use its arguments, variables of its own and the functions of math.h
end

__demand(__cuda)
task c_function(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do r[i] = abs(r[i]) end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~~~~~~ NOTE: it calls the C function `abs`: only those of math.h and `printf` can be called here
end

__demand(__cuda)
task assigned(r : region(ispace(int1d), int)) : int
where reads writes(r) do
  var last = 0
  for i in r do last = r[i] end
--                     ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~ NOTE: `last` is declared outside of the loop and assigned in it: declare it in the loop, or reduce into it (`+=`, `max=`)
  return last
end

__demand(__cuda)
task reduced_and_read(r : region(ispace(int1d), int)) : int
where reads writes(r) do
  var sum = 0
  for i in r do
    sum += 1
    r[i] = sum
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--         ^~~ NOTE: the loop reduces into `sum` and uses it otherwise, too: use one operator, and read it behind the loop
  end
  return sum
end

__demand(__cuda)
task ends(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do
    if r[i] == 0 then break end
--     ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                    ^~~~~ NOTE: `break` leaves the loop: put the rest of the body into an `if`
  end
end

__demand(__cuda)
task neighbours(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do r[i] = r[i + 1] end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~ NOTE: iterations may meet in an element of `r`: index what the loop writes with its variable, or reduce into it
end

__demand(__cuda)
task forbidden(r : region(ispace(int1d), int))
where reads writes(r) do
  __forbid(__cuda)
  for i in r do r[i] = 0 end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--^~~~~~~~~~~~~~~~~~~~~~~~~~ NOTE: `__forbid(__cuda)` leaves the loop to the host
end

-- Conditions and bounds count, too.
__demand(__cuda)
task condition(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), writes(s) do
  if r[0] > 0 then
--   ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--   ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
    for i in s do s[i] = 1 end
  end
end

__demand(__cuda)
task limit(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads(r), writes(s) do
  for k = 0, r[0] do
--           ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--           ^~~~ NOTE: what stands outside of loops over points runs on the host, which cannot reach the data: put it into such a loop, or into a task of its own
    for i in s do s[i] = 1 end
  end
end

__demand(__cuda)
task pieces(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)))
where reads writes(r) do
  for color in p.colors do
--^~~ NOTE: the loop holds a loop over points that is a kernel itself, so only that one runs on the device: put what stands around it into a loop of its own
    r[color] = 0
--  ^~~~~~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
    for i in p[color] do r[i] = 1 end
  end
end
