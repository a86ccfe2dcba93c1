-- RUN: check
-- The error is in the module that the program loads.
import "regent"

local helper = require("modules/broken")
-- in modules/broken.rg:4 ERROR: <name> expected near 'end'
