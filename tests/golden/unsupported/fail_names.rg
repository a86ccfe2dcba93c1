-- RUN: check
-- Names of features to come: their first use says so.
import "regent"

task values()
  var a = array(1, 2)
end

task main() end
main:get_mapper()
-- 1-17 ERROR: `task.get_mapper` is not supported yet
