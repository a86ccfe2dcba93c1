-- RUN: check
import "regent"

task ()
end
