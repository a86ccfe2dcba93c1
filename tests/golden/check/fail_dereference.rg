-- RUN: check
import "regent"

task main()
  var x = 5
  var y = @x
--        ^~ ERROR: dereference of non-pointer type int32
  x[0] = 1
--^~~~ ERROR: invalid index access for int32 and int32
  var z = &5
--        ^~ ERROR: attempting to take address of a non-l-value int32
end
