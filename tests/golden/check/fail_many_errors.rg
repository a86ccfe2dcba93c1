-- RUN: check
-- One mistake gives one message; the tasks after it are checked as well.
import "regent"

fspace cell { a : int }

task first(r : region(ispace(int1d), cell)) : int
--   ^~~~~ NOTE: `first` is declared here
--         ^ NOTE: parameter `r` of `first` is declared here
where reads(r.a) do
--          ^~~ NOTE: `first` declares `reads(r.a)` here
  var x = unknown
--        ^~~~~~~ ERROR: name 'unknown' is undefined or nil
  var y = x + 1
  var z = y * 2
  r[0].a = z
--^~~~~~ ERROR: invalid privilege writes($r.a) for dereference of int1d(cell(), $r)
  return z
end

task second(r : region(ispace(int1d), cell))
where reads(r.b) do
--          ^~~ ERROR: no field 'b' in region $r
  first(r, 1)
--^~~~~~~~~~~ ERROR: expected 1 arguments but got 2
end

task third() : int
  return first(3)
--       ^~~~~~~~ ERROR: type mismatch in argument 1: expected region(ispace(int1d), cell()) but got int32
end
