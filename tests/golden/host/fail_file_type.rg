-- RUN: check
import "regent"

task main() end

regentlib.saveobj(main, "program.ll")
-- nowhere ERROR: saving a program as llvmir is not supported yet
