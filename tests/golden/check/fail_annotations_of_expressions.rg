-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  var a = __demand(__inline, 5)
  var b = __demand(__leaf, f())
  __demand(__parallel)
  for i = 0, 3 do f() end
end
