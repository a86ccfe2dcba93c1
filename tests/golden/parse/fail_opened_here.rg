-- RUN: check
-- The message names the line of what was not closed.
import "regent"

task main()
  for i = 0, 3 do
    while true do
      var x = 1
  end
end
