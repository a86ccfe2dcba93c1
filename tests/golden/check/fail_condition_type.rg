-- RUN: check
import "regent"

task main()
  if 4 then end
  while 1.5 do end
  repeat until 3
  var b : bool = not 1.5
end
