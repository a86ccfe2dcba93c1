-- Layout constraints of task variants are hints; other names of `regentlib`.
import "regent"

local layout = regentlib.layout

fspace cell { x : double, y : double }

task scale(r : region(ispace(int2d), cell))
where reads writes(r) do
  for p in r do r[p].x, r[p].y = p.x * 2, p.y * 3 end
end

local variant = scale:get_primary_variant()
variant:add_layout_constraint(layout.ordering_constraint(terralib.newlist({
  layout.dimy, layout.field_constraint("r", terralib.newlist({ regentlib.field_path("x") })), layout.dimx })))
assert(scale:get_primary_variant() == variant and #scale:get_variants() == 1 and scale:has_primary_variant())
assert(not scale:get_cuda_variant())
assert(not pcall(function() variant:add_layout_constraint(layout.field_constraint("s", {})) end))
assert(not pcall(function() layout.ordering_constraint({ layout.dimx, layout.dimy }) end))
assert(regentlib.is_cross_product(int) == false and regentlib.is_phase_barrier(phase_barrier))

task main()
  regentlib.assert_error(true, "never")
  var r = region(ispace(int2d, { 3, 2 }), cell)
  scale(r)
  var sum = 0.0
  for p in r do sum += p.x + r[p].x + r[p].y end
  var d = regentlib.domain_from_bounds_2d({ 1, 2 }, { 3, 4 })
  regentlib.c.printf("%g %d\n", sum, regentlib.c.legion_domain_get_volume(d))
  regentlib.c.fflush(regentlib.c.stdout)
  regentlib.assert_error(sum < 0, "the sum is positive")
end
regentlib.start(main)
-- EXIT: failure

--[==[ OUTPUT
27 12
]==]

--[==[ STDERR
Errors reported during runtime.
the sum is positive
]==]
