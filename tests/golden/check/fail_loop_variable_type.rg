-- RUN: check
import "regent"

task main()
  var r = region(ispace(int1d, 3), int)
  for i : int in r do end
  for i : int1d in ispace(int1d, 3) do end
  for i : double = 0, 3 do end
end
