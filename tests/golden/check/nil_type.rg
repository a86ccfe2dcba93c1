-- RUN: check
import "regent"

local mistyped = nil

task main()
  var x : mistyped = 2
--    ^ WARNING: the type of x is nil, so that its value decides
  var y : mistyped, z : int64 = 1.5, 3
--    ^ WARNING: the type of y is nil, so that its value decides
  regentlib.assert(x == 2 and y == 1.5 and z == 3, "the values decide")
end
