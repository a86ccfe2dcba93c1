-- RUN: check
import "regent"

__demand(__local)
task inside()
end

task launches()
  __demand(__index_launch)
--         ^~~~~~~~~~~~~~ NOTE: the loop has to be an index launch because of the demand here
  for i = 0, 2 do
    inside()
--  ^~~~~~~~ ERROR: loop optimization failed: local task cannot be used in an index launch
  end
end
