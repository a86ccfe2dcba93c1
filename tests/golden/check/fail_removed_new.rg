-- RUN: check
import "regent"

task main()
  var r = region(ispace(ptr, 3), int)
  var p = new(ptr(int, r))
end
