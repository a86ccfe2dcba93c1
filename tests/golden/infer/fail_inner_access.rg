-- RUN: check
-- An inner task must not access regions: the error is at the access.
import "regent"

__demand(__inner)
--       ^~~~~~~ NOTE: `__inner` is demanded here, but the task accesses `r` itself
task main()
  var r = region(ispace(int1d, 10), int)
  r[0] = 123
--^~~~ ERROR: task is not a valid inner task
end

__demand(__inner)
--       ^~~~~~~ NOTE: `__inner` is demanded here, but the task accesses `r` itself
task in_a_loop(r : region(ispace(int1d), int)) : int
where reads(r) do
  var sum = 0
  for p in r do
    sum += @p
--         ^~ ERROR: task is not a valid inner task
  end
  return sum
end
