-- RUN: check
import "regent"

local broken = terralib.includecstring [[
int fine(int x);
int broken(int x
]]
