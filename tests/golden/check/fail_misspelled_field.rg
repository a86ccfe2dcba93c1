-- RUN: check
-- Misspelled fields get a hint.
import "regent"

fspace cell { temperature : double }

task main(r : region(ispace(int1d), cell))
where reads(r.temperatur) do
--          ^~~~~~~~~~~~ ERROR: no field 'temperatur' in region $r
--          ^~~~~~~~~~~~ NOTE: did you mean `temperature`?
  var x = r[0].temprature
--             ^~~~~~~~~~ ERROR: no field 'temprature' in type cell()
--             ^~~~~~~~~~ NOTE: did you mean `temperature`?
end
