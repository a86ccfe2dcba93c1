-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  var b = __demand(__leaf, f())
--                 ^~~~~~ ERROR: option __demand(__leaf) is not permitted
end
