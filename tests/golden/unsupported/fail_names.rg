-- RUN: check
-- Names of features to come: their first use says so.
import "regent"

task barrier(b : dynamic_collective)
--               ^~~~~~~~~~~~~~~~~~ ERROR: `dynamic_collective` is not supported yet
end

task values()
  var a = array(1, 2)
end

print(pcall(dynamic_collective, 1, 1))

task main() end
main:make_variant("other")
-- 1-26 ERROR: `task.make_variant` is not supported yet

--[==[ OUTPUT
false	`dynamic_collective` is not supported yet
]==]
