-- RUN: check
import "regent"

local helper = require("no_such_module")
