-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  var a = f()()
--        ^~~~~ ERROR: unable to specialize complex expression in function call position
  var b = (1 + 2)(3)
--        ^~~~~~~~~~ ERROR: unable to specialize complex expression in function call position
end
