-- RUN: check
import "regent"

fspace one(r : region(int)) {
  x : ptr(int, r),
}
fspace two(r : region(int), s : region(ptr(int, r))) {
--     ^~~ ERROR: expected 2 arguments but got 1
--     ^~~ ERROR: type mismatch in argument 2: expected region(ptr(int32, $q)) but got region(ptr(int32, $r))
}

task too_few(r : region(int), x : two(r))
end

fspace other(r : region(int)) {}
--     ^~~~~ ERROR: type mismatch in argument 1: expected region(int32) but got region(double)
task wrong_element(r : region(double), x : other(r))
end

fspace third(r : region(int)) {}
--     ^~~~~ ERROR: type mismatch in argument 1: expected region(int32) but got int32
task no_region(r : int, x : third(r))
end

task dependent(r : region(int), q : region(int), s : region(ptr(int, r)), x : two(q, s))
end

local same = region(int)
fspace repeated(x : same, y : same) {}
--                        ^ ERROR: parameters $y and $x have the same type, but are required to be distinct
--              ^ NOTE: the first definition of `x` is here
fspace repeated_fields {
  x : same,
  y : same,
--^ ERROR: fields y and x have the same type, but are required to be distinct
}

__demand(__inner)
fspace annotated {}
-- 1-6 ERROR: option __demand(__inner) is not permitted

fspace pair {
  left : int,
  right : int,
} where left <= right end
--      ^~~~ ERROR: type mismatch: expected a region but got int32
--              ^~~~~ ERROR: type mismatch: expected a region but got int32

fspace without_type(r : undefined_name) {}
--                  ^~~~~~~~~~~~~~~~~~ ERROR: param type is undefined or nil
task silent(r : region(int), x : without_type(r))
end

task differ(x : region(int), y : region(int), a : one(x), b : one(y))
  a = b
--^~~~~ ERROR: type mismatch in assignment: expected one($x) but got one($y)
end
task takes(x : region(int), y : region(int), a : one(y))
--                                           ^ NOTE: parameter `a` of `takes` is declared here
end
task calls(r : region(int), s : region(int), t : one(r))
  takes(r, s, t)
--^~~~~~~~~~~~~~ ERROR: type mismatch in argument 3: expected one($s) but got one($r)
  var y = t.f
--          ^ ERROR: no field 'f' in type one($r)
end
