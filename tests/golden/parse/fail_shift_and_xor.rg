-- RUN: check
import "regent"

task main()
  var x = 1 ^ 2 << 3
  var y = 1 << 2 ^ 3
  var z = (1 << 2) ^ 3
end
