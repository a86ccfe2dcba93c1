-- RUN: check
import "regent"

fspace cell { a : int }

task f() : int return 1 end

task main()
  var r = region(ispace(int1d, 3), cell)
  var a = &f()
--        ^~~~ ERROR: attempting to take address of a non-l-value int32
  var b = &(1 + 2)
--        ^~~~~~~~ ERROR: attempting to take address of a non-l-value int32
  var d = &r[0].a
--        ^~~~~~~ ERROR: attempting to take address of a field of an element in a region
end
