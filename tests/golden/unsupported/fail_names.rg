-- RUN: check
-- Names of features to come: their first use says so.
import "regent"

task values()
  var a = array(1, 2)
end

task main() end
main:make_variant("other")
-- 1-26 ERROR: `task.make_variant` is not supported yet
