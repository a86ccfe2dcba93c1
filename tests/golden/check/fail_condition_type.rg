-- RUN: check
import "regent"

task main()
  if 4 then end
--   ^ ERROR: type mismatch: expected bool but got int32
  while 1.5 do end
--      ^~~ ERROR: type mismatch: expected bool but got double
  repeat until 3
--             ^ ERROR: type mismatch: expected bool but got int32
  var b : bool = not 1.5
--               ^~~~~~~ ERROR: invalid argument to unary operator double
end
