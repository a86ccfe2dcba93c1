-- A partition that is declared disjoint has to be.
--
-- EXIT: failure
import "regent"

task main()
  var r = region(ispace(int1d, 6), int)
  var t : transform(1, 1)
  t[{ 0, 0 }] = 1
  var p = restrict(disjoint, r, t, rect1d { 0, 1 }, ispace(int1d, 3))
end

regentlib.start(main)

--[==[ STDERR
wrong_claim.rg:10: a partition of `r` is declared disjoint, but some of its subregions overlap
]==]
