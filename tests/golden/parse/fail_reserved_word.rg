-- RUN: check
-- Words of the language cannot name variables.
import "regent"

task main()
  var fill = 1
  var task = 2
end
