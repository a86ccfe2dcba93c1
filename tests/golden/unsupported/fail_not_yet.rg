-- RUN: check
-- What the language has and this compiler does not have yet is an error that says so.
import "regent"

task lists()
  var l = list_range(0, 3)
--        ^~~~~~~~~~~~~~~~ ERROR: `list_range` is not supported yet
end
