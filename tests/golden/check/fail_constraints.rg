-- RUN: check
-- A task may ask that two regions are disjoint, or that one is a part of the other.
import "regent"

task apart(a : region(ispace(int1d), int), b : region(ispace(int1d), int))
where a * b do
--    ^~~~~ NOTE: `apart` asks for the constraint here
--    ^~~~~ NOTE: `apart` asks for the constraint here
end

task inside(a : region(ispace(int1d), int), b : region(ispace(int1d), int))
where a <= b do
--    ^~~~~~ NOTE: `inside` asks for the constraint here
--    ^~~~~~ NOTE: `inside` asks for the constraint here
end

task main()
  var r = region(ispace(int1d, 8), int)
  var s = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))
  apart(r, s)
  apart(r, r)
--^~~~~~~~~~~ ERROR: invalid call missing constraint $r * $r
  apart(p[0], p[1])
  apart(p[0], r)
--^~~~~~~~~~~~~~ ERROR: invalid call missing constraint $p[0] * $r
  inside(p[0], r)
  inside(r, p[0])
--^~~~~~~~~~~~~~~ ERROR: invalid call missing constraint $r <= $p[0]
  inside(s, r)
--^~~~~~~~~~~~ ERROR: invalid call missing constraint $s <= $r
end
