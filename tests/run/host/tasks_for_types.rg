-- Lua functions define tasks for types and operators that they are given.
import "regent"

local c = regentlib.c

local function make_sum(T)
  local task sum(r : region(ispace(int1d), T)) : T
  where
    reads(r)
  do
    var total : T = 0
    for i in r do
      total += r[i]
    end
    return total
  end
  return sum
end

local function make_fill(T)
  local task set(r : region(ispace(int1d), T), value : T)
  where
    writes(r)
  do
    for i in r do
      r[i] = value
    end
  end
  return set
end

local sum_int, sum_double = make_sum(int), make_sum(double)
local fill_int, fill_double = make_fill(int), make_fill(double)

local types = terralib.newlist({ int8, uint64, float })
local sizes = types:map(function(T) return terralib.sizeof(T) end)
assert(sizes[1] == 1 and sizes[2] == 8 and sizes[3] == 4)

task main()
  var is = ispace(int1d, 10)
  var ints = region(is, int)
  var doubles = region(is, double)
  fill_int(ints, 7)
  fill_double(doubles, 0.5)
  regentlib.assert(sum_int(ints) == 70, "ints")
  regentlib.assert(sum_double(doubles) == 5.0, "doubles")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
