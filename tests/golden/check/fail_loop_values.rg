-- RUN: check
import "regent"

task main()
  for i = 0.5, 3 do end
  for i = 0, true do end
  for x in 5 do end
  for x in true do end
end
