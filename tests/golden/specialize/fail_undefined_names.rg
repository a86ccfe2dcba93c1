-- RUN: check
import "regent"

task main()
  var x = unknown
  unknown_function(x)
  x = other.field
end
