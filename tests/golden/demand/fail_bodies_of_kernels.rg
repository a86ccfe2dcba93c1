-- RUN: check
-- What devices cannot do, one rule each.
import "regent"

local c = regentlib.c
struct vector { x : int, y : int }
terra vector.metamethods.__add(a : vector, b : vector) return vector { x = a.x + b.x, y = a.y + b.y } end

__demand(__cuda)
task divides(r : region(ispace(int1d), int)) : int
where reads(r) do
  var rest = 1000
  for i in r do rest /= r[i] end
--                      ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ NOTE: threads cannot reduce into `rest` of type int32 by `/=`: reduce into numbers
  return rest
end

__demand(__cuda)
task handle(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d)))
where reads writes(r) do
  for i in r do
    var piece = p[i]
--  ^~~~~~~~~~~~~~~~ NOTE: a variable of a kernel holds no region or index space: declare it before the loop
    r[i] = [int](piece.bounds.lo)
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end

__demand(__cuda)
task prints(r : region(ispace(int1d), int), text : rawstring)
where reads(r) do
  for i in r do c.printf(text, r[i]) end
--                             ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~~~~~~~~~~~~~~~~~ NOTE: `printf` of a kernel takes a literal and numbers
end

__demand(__cuda)
task physical(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do
    var handles = __physical(r)
--                ^~~~~~~~~~~~~ NOTE: `__physical` gives handles of the host: use the region's elements
    r[i] = 0
--  ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
  end
end

__demand(__cuda)
task meets(r : region(ispace(int1d), int1d), s : region(ispace(int1d), vector))
where reads(r), reduces +(s) do
  for i in r do s[r[i]] += vector { x = 1, y = 1 } end
--                ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--              ^~~~~~~ NOTE: iterations may meet in an element of `s`: index what the loop writes with its variable, or reduce into it
end

local calls = terralib.global(int, 0)
__demand(__cuda)
task global(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do r[i] = calls end
--              ^~~~ ERROR: CUDA code generation failed: found a region access outside parallelizable loops
--                     ^~~~~ NOTE: a global variable is the host's: copy it to a variable before the loop
end
