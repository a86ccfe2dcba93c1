-- RUN: check
import "regent"

struct pair { x : double, y : double }
fspace cell { a : double, b : double, f : float, p : pair }

task operands(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell), t : region(ispace(int2d), int))
where reads writes(r), reads writes(t), reads(s.b) do
--                                            ^~~ NOTE: `operands` declares `reads(s.b)` here
--                                            ^~~ NOTE: `operands` declares `reads(s.b)` here
  __parallel_prefix((5), r.a, +, 1)
--                  ^~~ ERROR: type mismatch: expected a region but got int32
  __parallel_prefix(r.{a, b}, r.a, +, 1)
--                  ^~~~~~~~ ERROR: type mismatch in argument 1: expected one or no field path, but got 2
  __parallel_prefix(r.a, r.p, +, 1)
--                       ^~~ ERROR: type mismatch in argument 2: expected a primitive type, but got pair
  __parallel_prefix(r.a, r.none, +, 1)
--                       ^~~~~~ ERROR: no field 'none' in region $r
  __parallel_prefix(r.a, r.b, -, 1)
--^~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: operator - is not a parallel prefix operator
  __parallel_prefix(r.a, r.b, +, 1.0)
--                               ^~~ ERROR: type mismatch in argument 4: expected an integer type, but got double
  __parallel_prefix(t, t, +, 1)
--                  ^ ERROR: type mismatch in argument 1: expected a region of ispace(int1d), but got a region of ispace(int2d)
  __parallel_prefix(r.a, r.f, +, 1)
--                       ^~~ ERROR: type mismatch in argument 2: expected double, but got float
  __parallel_prefix(s.a, r.a, +, 1)
--                  ^~~ ERROR: invalid privilege in argument 1: writes($s.a)
  __parallel_prefix(r.a, s.a, +, 1)
--                       ^~~ ERROR: invalid privilege in argument 2: reads($s.a)
  __parallelize_with 5 do
--                   ^ ERROR: type mismatch in __parallelize_with: expected a partition, index space, or constraint on partitions but got int32
  end
end
