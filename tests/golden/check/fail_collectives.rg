-- RUN: check
-- Dynamic collectives that do not fit.
import "regent"

task main()
  var z = dynamic_collective(int, +, 4)
  var y = dynamic_collective(bool, +, 4)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected a type of numbers but got bool
  var x = dynamic_collective(int, max, true)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected int32 but got bool
  arrive(z)
--^~~~~~~~~ ERROR: type mismatch in arrive: expected 2 arguments but got 1
  arrive(z, z)
--^~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected int32 but got dynamic_collective(int32)
  await(z)
--^~~~~~~~ ERROR: type mismatch in argument 1: expected a phase barrier but got dynamic_collective(int32)
  z = adjust(z, 1)
--    ^~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected a phase barrier but got dynamic_collective(int32)
  var w = dynamic_collective_get_result(5)
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected a dynamic collective but got int32
  var v : dynamic_collective(double) = z
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected dynamic_collective(double) but got dynamic_collective(int32)
end
