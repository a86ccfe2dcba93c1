-- RUN: check
-- A parameter whose elements are a plain struct takes regions of structs with the same fields.
import "regent"

struct expected { a : int, b : double }
struct fewer { a : int }
struct other_name { a : int, d : double }
struct other_type { a : int, b : bool }
struct same { a : int, b : double }

task take(r : region(ispace(int1d), expected)) end
--        ^ NOTE: parameter `r` of `take` is declared here
--        ^ NOTE: parameter `r` of `take` is declared here
--        ^ NOTE: parameter `r` of `take` is declared here

task main()
  var is = ispace(int1d, 3)
  take(region(is, fewer))
--^~~~~~~~~~~~~~~~~~~~~~~ ERROR: incompatible types: fewer has 1 fields but expected expects 2 fields
  take(region(is, other_name))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: field name b does not exist in other_name
  take(region(is, other_type))
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected double for field b but got bool
  take(region(is, same))
end
