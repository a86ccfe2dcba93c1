-- RUN: check
import "regent"

task ()
--   ^ ERROR: <name> expected near '('
end
