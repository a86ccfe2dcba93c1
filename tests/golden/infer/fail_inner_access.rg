-- RUN: check
-- An inner task must not access regions: the error is at the access.
import "regent"

__demand(__inner)
task main()
  var r = region(ispace(int1d, 10), int)
  r[0] = 123
end

__demand(__inner)
task in_a_loop(r : region(ispace(int1d), int)) : int
where reads(r) do
  var sum = 0
  for p in r do
    sum += @p
  end
  return sum
end
