-- FLAGS: -fbounds-checks 1
-- EXIT: failure
-- A point outside of a region of five dimensions.
import "regent"

task get(r : region(ispace(int5d), int), p : int5d) : int
where reads(r) do
  return r[p]
end

task main()
  var r = region(ispace(int5d, { 2, 2, 2, 2, 2 }), int)
  fill(r, 3)
  regentlib.assert(get(r, { 1, 1, 1, 1, 1 }) == 3, "inside")
  get(r, { 1, 1, 1, 1, 2 })
end
regentlib.start(main)

--[==[ STDERR
bounds_of_five_dimensions.rg:8: pointer int5d(int32, $r) is out-of-bounds
]==]
