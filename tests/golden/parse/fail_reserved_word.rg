-- RUN: check
-- Words of the language cannot name variables.
import "regent"

task main()
  var fill = 1
--    ^~~~ ERROR: <name> expected near 'fill'
--    ^~~~ NOTE: this is a word of the language and cannot be the name of a variable or field
  var task = 2
--    ^~~~ ERROR: <name> expected near task
--    ^~~~ NOTE: this is a word of the language and cannot be the name of a variable or field
end
