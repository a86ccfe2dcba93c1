-- RUN: check
-- One mistake gives one message; the tasks after it are checked as well.
import "regent"

fspace cell { a : int }

task first(r : region(ispace(int1d), cell)) : int
where reads(r.a) do
  var x = unknown
  var y = x + 1
  var z = y * 2
  r[0].a = z
  return z
end

task second(r : region(ispace(int1d), cell))
where reads(r.b) do
  first(r, 1)
end

task third() : int
  return first(3)
end
