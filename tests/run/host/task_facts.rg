-- What tasks and types say about themselves while the program is compiled.
import "regent"

local c = regentlib.c

struct pair { x : double, y : double }
fspace cell { a : int, p : pair }

task step(r : region(ispace(int1d), cell), by : int)
where reads writes(r.a), reads(r.p.x) do
  for i in r do r[i].a += by + int(r[i].p.x) end
end
step:set_mapping_tag_id(7)
assert(step:get_mapping_tag_id() == 7 and step:has_mapping_tag_id() and not step:has_mapper_id())

-- A task with the parameters and privileges of another one.
local function around(inner)
  local params = inner:get_param_symbols()
  local task outer([params])
  where [inner:get_privileges()] do
    inner([params])
  end
  return outer
end
local twice = around(around(step))
assert(#step:get_privileges() == 3)
local options = step:get_primary_variant():get_config_options()
assert(options.leaf ~= nil and not options.inner)

-- For each leaf field of the elements of a region.
local add_all = regentlib.macro(function(r, by)
  local paths, types = regentlib.flatten_struct_fields(r:gettype():fspace())
  assert(#paths == 3 and types[1] == int and types[3] == double)
  local result = rexpr 0.0 end
  for _, path in ipairs(paths) do result = rexpr result + r[by].[path] end end
  return result
end)

assert(region(ispace(int2d), cell):ispace().index_type == int2d)
assert(regentlib.is_regent_array(regentlib.array(int, 3)) and not regentlib.is_regent_array(int[3]))
assert(regentlib.is_list_of_phase_barriers(regentlib.list(phase_barrier)))
assert(not regentlib.is_list_of_phase_barriers(regentlib.list(int)))
assert(regentlib.type_supports_privileges(region(ispace(int1d), int)))
assert(regentlib.args[0] == arg[0])

local four = vector(double, 4)
local smaller, greater = regentlib.vmin(four), regentlib.vmax(four)

task main()
  var r = region(ispace(int1d, 4), cell)
  fill(r.a, 1)
  fill(r.p, pair { 2.5, 3.0 })
  twice(r, 10)
  regentlib.assert(r[3].a == 13, "called")
  regentlib.assert(add_all(r, 0) == 13 + 2.5 + 3.0, "fields")
  var low = smaller(vector(1.0, 2.0, 3.0, 4.0), vector(4.0, 3.0, 2.0, 1.0))
  var high = greater(vector(1.0, 2.0, 3.0, 4.0), vector(4.0, 3.0, 2.0, 1.0))
  regentlib.assert(low[0] == 1 and low[2] == 2 and high[0] == 4 and high[3] == 4, "vectors")
  c.printf("ok\n")
end

regentlib.start(main)

--[==[ OUTPUT
ok
]==]
