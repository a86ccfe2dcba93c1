-- RUN: check
import "regent"

task main() end

regentlib.saveobj(main, "program.ll")
-- 1-37 ERROR: saving a program as llvmir is not supported yet
