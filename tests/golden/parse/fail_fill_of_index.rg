-- RUN: check
-- A subregion has to stand in parentheses: `fill((p[0]), 0)`.
import "regent"

task main()
  var r = region(ispace(int1d, 4), int)
  var p = partition(equal, r, ispace(int1d, 2))
  fill(p[0], 0)
--      ^ ERROR: ',' expected near '['
--     ^ NOTE: a subregion must be in parentheses here, as in `(p[i])`
end
