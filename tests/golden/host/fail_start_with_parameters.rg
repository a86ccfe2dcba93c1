-- RUN: check
import "regent"

task main(n : int)
end

regentlib.start(main)
