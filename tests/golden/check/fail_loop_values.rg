-- RUN: check
import "regent"

task main()
  for i = 0.5, 3 do end
--^~~~~~~~~~~~~~~~~~~~~ ERROR: numeric for loop expected integral type, got double
  for i = 0, true do end
--^~~~~~~~~~~~~~~~~~~~~~ ERROR: numeric for loop expected integral type, got bool
  for x in 5 do end
--^~~~~~~~~~~~~~~~~ ERROR: iterator for loop expected ispace, region, rect or list, got int32
  for x in true do end
--^~~~~~~~~~~~~~~~~~~~ ERROR: iterator for loop expected ispace, region, rect or list, got bool
end
