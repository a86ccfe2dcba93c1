-- RUN: check
import "regent"

task main()
  var a : int[3
  a[0] = 1]
end
