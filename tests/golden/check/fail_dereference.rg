-- RUN: check
import "regent"

task main()
  var x = 5
  var y = @x
  x[0] = 1
  var z = &5
end
