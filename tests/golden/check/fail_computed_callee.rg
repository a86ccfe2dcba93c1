-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  var a = f()()
  var b = (1 + 2)(3)
end
