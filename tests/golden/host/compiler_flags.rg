-- What programs read of the compiler's flags.
--
-- RUN: check -fdebug 1 -fopenmp 0 -fjobs 3 -flog x=2 -fcuda-arch ampere -fpredicate-unroll 4 -fflow 0
import "regent"

local config = regentlib.config
assert(config["debug"] == true and config["openmp"] == 0 and config["jobs"] == "3")
assert(config["inline"] == true and config["cuda"] == -1 and config["no such flag"] == nil)
assert(config["log"] == "x=2" and config["gpu-arch"] == "ampere" and config["predicate-unroll"] == 4)
assert(config["flow"] == 0 and config["fast-math"] == -1 and config["index-launch-licm"] == true)
assert(config["legion-leaf"] == true and config["emergency-gc"] == false and config["parallelize-dop"] == "4")
assert(#regentlib.args == 0)
