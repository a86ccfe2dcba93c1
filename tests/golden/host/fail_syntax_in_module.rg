-- RUN: check
-- The error is in the module that the program loads.
import "regent"

local helper = require("modules/broken")
