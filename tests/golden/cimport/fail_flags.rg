-- RUN: check
import "regent"

-- What Clang's driver does not know.
pcall(function() return terralib.includec("stdio.h", {"-no-such-flag"}) end)
-- 1-76 ERROR: compilation of included c code failed
-- 1-76 NOTE: unknown argument: '-no-such-flag'

-- A word that is no flag.
pcall(function() return terralib.includec("stdio.h", {"-O2", "stdlib.h"}) end)
-- 1-78 ERROR: `stdlib.h` is not a flag of the C compiler, or lacks its argument

-- A flag with a wrong value.
pcall(function() return terralib.includec("stdio.h", {"-std=c2"}) end)
-- 1-70 ERROR: compilation of included c code failed
-- 1-70 NOTE: invalid value 'c2' in '-std=c2'

task main() end
