-- RUN: check
-- What is the host's, or the runtime's to say: one rule each.
import "regent"

terra pure(n : int) : int return n * 2 end

__demand(__cuda)
task inner_points(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)),
                  s : region(ispace(int1d), int))
where reads(r), reads writes(s) do
  for i in s do
    s[i] = 0
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
    for k in p[i].ispace do
--           ^~~~~~~~~~~ NOTE: the points of an inner loop must be known before the loop: loop over a rect, or over a region or index space from outside
      if r[k] == 0 then break end
      s[i] += 1
    end
  end
end

__demand(__cuda)
task subregion(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)))
where reads writes(r) do
  for i in r do r[i] = [int](p[0].bounds.lo) end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                           ^~~~ NOTE: it takes a subregion: take it in a loop around this one
end

__demand(__cuda)
task chosen_subregion(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)))
where reads writes(r) do
  for i in r do r[i] = p[i].volume end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~ NOTE: it takes a subregion: take it in a loop around this one
end

__demand(__cuda)
task partition_of_product(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)),
                          q : partition(disjoint, r, ispace(int1d)), pq : cross_product(p, q))
where reads writes(r) do
  for i in r do r[i] = pq[0].colors.volume end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~~ NOTE: it makes an index space, region or partition: make it before the loop
end

__demand(__cuda)
task function_as_value(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do
    var f = pure
--          ^~~~ NOTE: it uses a function as a value: call it by its name
    r[i] = 1
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end

__demand(__cuda)
task function_from_outside(r : region(ispace(int1d), int), f : {int} -> int)
where reads writes(r) do
  for i in r do r[i] = f(r[i]) end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~~~~ NOTE: it calls through a pointer: call the function by its name
end

__demand(__cuda)
task asks(r : region(ispace(int1d), int), s : region(ispace(int1d), int), p : int1d)
where reads writes(r) do
  for i in r do
    if isnull(dynamic_cast(int1d(int, s), p)) then r[i] = 1 end
--                                                 ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ NOTE: `dynamic_cast` asks the runtime: ask before the loop
  end
end

__demand(__cuda)
task over_list(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in list_range(0, 3) do r[i] = 1 end
--                             ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--         ^~~~~~~~~~~~~~~~ NOTE: a loop over a list is no kernel: loop over points
end

__demand(__cuda)
task list_in_kernel(r : region(ispace(int1d), int))
where reads writes(r) do
  var numbers = list_range(0, 3)
  for i in r do
    r[i] = 0
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
    for k in numbers do r[i] += k end
--           ^~~~~~~ NOTE: a list is in the host's memory: take its numbers into variables or an array before the loop
  end
end

__demand(__cuda)
task element_of_list(r : region(ispace(int1d), int))
where reads writes(r) do
  var numbers = list_range(0, 3)
  for i in r do r[i] = numbers[1] end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~~~~ NOTE: a list is in the host's memory: take its numbers into variables or an array before the loop
end

__demand(__cuda)
task meets_in_points(r : region(ispace(int1d), int2d), s : region(ispace(int2d), int2d))
where reads(r), reads writes(s) do
  for i in r do s[r[i]] += r[i] end
--                ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~~~~~~~~~~~~ NOTE: iterations may meet in this element, and threads cannot reduce into int2d together: reduce into its numbers one by one
end

__demand(__cuda)
task reads_pointer(r : region(ispace(int1d), int), p : &int)
where reads writes(r) do
  for i in r do r[i] = @p end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~ NOTE: it reads through a pointer of C, which may lead anywhere: use a region
end

__demand(__cuda)
task reads_behind_pointer(r : region(ispace(int1d), int), p : &int)
where reads writes(r) do
  for i in r do r[i] = p[1] end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~ NOTE: it reads through a pointer of C, which may lead anywhere: use a region
end

__demand(__cuda)
task writes_pointer(r : region(ispace(int1d), int), p : &int)
where reads writes(r) do
  for i in r do p[0] = r[i] end
--                     ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~ NOTE: it writes through a pointer of C, which may lead anywhere: use a region
end

__demand(__cuda)
task takes_address(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do
    var n = 1
    var p = &n
--          ^~ NOTE: it takes an address: use the variable itself
    r[i] = 1
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end

__demand(__cuda)
task returns(r : region(ispace(int1d), int)) : int
where reads writes(r) do
  for i in r do
    if r[i] == 0 then return 1 end
--     ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                    ^~~~~~~~ NOTE: `return` leaves the loop: put the rest of the body into an `if`
  end
  return 0
end

__demand(__cuda)
task scan_inside(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads writes(r, s) do
  for i in r do
    __parallel_prefix(s, s, +, 1)
--  ^~~~~~~~~~~~~~~~~ NOTE: `__parallel_prefix` is a kernel of its own: write it outside
    r[i] = 1
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end
