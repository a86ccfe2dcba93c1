-- RUN: check
import "regent"

local helper = require("no_such_module")
-- 1-40 ERROR: module 'no_such_module' not found next to the program, in the current folder or among the std modules (as .t, .rg or .lua)
