-- RUN: check
import "regent"

local text = [==[ no end ]]
--           ^~~~ ERROR: unfinished long string: its closing bracket is missing
task main() end
