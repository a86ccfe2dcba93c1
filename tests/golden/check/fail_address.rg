-- RUN: check
import "regent"

fspace cell { a : int }

task f() : int return 1 end

task main()
  var r = region(ispace(int1d, 3), cell)
  var a = &f()
  var b = &(1 + 2)
  var d = &r[0].a
end
