-- RUN: check
import "regent"

task main()
  var r = region(ispace(int1d, 3), int)
  for i : int in r do end
--^~~~~~~~~~~~~~~~~~~~~~~ ERROR: iterator for loop expected symbol of type int1d(int32, $r), got int32
  for i : int1d in ispace(int1d, 3) do end
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: iterator for loop expected symbol of type int1d($8), got int1d
  for i : double = 0, 3 do end
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: numeric for loop expected integral type, got double
end
