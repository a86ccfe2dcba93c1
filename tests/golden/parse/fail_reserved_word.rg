-- RUN: check
-- Words of the language cannot name variables.
import "regent"

task main()
  var fill = 1
--    ^~~~ ERROR: <name> expected near 'fill'
  var task = 2
--    ^~~~ ERROR: <name> expected near task
end
