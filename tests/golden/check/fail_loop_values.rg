-- RUN: check
import "regent"

task main()
  for i = 0.5, 3 do end
-- 3-23 ERROR: numeric for loop expected integral type, got double
  for i = 0, true do end
-- 3-24 ERROR: numeric for loop expected integral type, got bool
  for x in 5 do end
-- 3-19 ERROR: iterator for loop expected ispace, region, rect or list, got int32
  for x in true do end
-- 3-22 ERROR: iterator for loop expected ispace, region, rect or list, got bool
end
