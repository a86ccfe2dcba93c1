-- Variants that a program makes of its tasks: objects with a name, a number and hints.
import "regent"

local c = regentlib.c
local layout = regentlib.layout

task scale(r : region(ispace(int1d), double))
where reads writes(r) do
  for i in r do r[i] *= 2 end
end

local primary = scale:get_primary_variant()
local other = scale:make_variant("other")
other:add_layout_constraint(layout.ordering_constraint(terralib.newlist({
  layout.field_constraint("r", terralib.newlist({})), layout.dimx })))
other:set_variant_id(12)
regentlib.register_variant(other)
assert(#scale:get_variants() == 2 and scale:get_variants()[2] == other and scale:get_variants()[1] == primary)
assert(scale:get_variant("other") == other and scale:get_variant("scale") == primary)
assert(other:get_name() == "other" and other:get_variant_id() == 12 and primary:get_name() == "scale")
assert(regentlib.is_variant(other) and not regentlib.is_variant(scale) and not other:is_cuda())
assert(not pcall(function() scale:get_variant("third") end))
assert(not pcall(function() regentlib.register_variant(scale) end))

task main()
  var r = region(ispace(int1d, 4), double)
  fill(r, 1.5)
  scale(r)
  c.printf("%g\n", r[3])
end
regentlib.start(main)

--[==[ OUTPUT
3
]==]
