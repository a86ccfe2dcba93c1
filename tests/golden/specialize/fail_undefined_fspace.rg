-- RUN: check
-- What an unknown type makes unknown stays silent.
import "regent"

fspace Cell { x : missing_type }
--            ^ ERROR: field type is undefined or nil

task uses(r : region(ispace(int1d), Cell)) where reads(r.x), atomic(r.x) do
  for e in r do
    var y = r[e].x + 1
  end
end

task launches()
  var r = region(ispace(int1d, 3), Cell)
  fill(r.x, 1)
  copy(r.x, r.x)
  uses(r)
  var s = region(ispace(int1d, 3), missing_fspace)
--                                 ^~~~~~~~~~~~~~ ERROR: fspace type is undefined or nil
  fill(s, 0)
end

local c = regentlib.c
task conditions(b : phase_barrier)
  c.printf("text", arrives(b))
--                 ^~~~~~~~~~ ERROR: terra function call cannot have conditions
end
