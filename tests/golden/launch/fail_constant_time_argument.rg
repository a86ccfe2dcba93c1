-- RUN: check
import "regent"

local c = regentlib.c

task f(n : int) end

task main()
  __demand(__constant_time_launch)
--         ^~~~~~~~~~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 3 do
    f(c.abs(i))
--  ^~~~~~~~~~~ ERROR: constant time launch failed: argument 1 is not provably projectable or invariant
  end
end
