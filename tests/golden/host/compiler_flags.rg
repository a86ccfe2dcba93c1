-- What programs read of the compiler's flags.
--
-- RUN: check -fdebug 1 -fopenmp 0 -fjobs 3
import "regent"

local config = regentlib.config
assert(config["debug"] == true and config["openmp"] == 0 and config["jobs"] == "3")
assert(config["inline"] == true and config["cuda"] == -1 and config["no such flag"] == nil)
