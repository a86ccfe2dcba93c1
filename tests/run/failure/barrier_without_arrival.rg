-- Tasks that wait for a phase at which nobody arrives end the program with a message that names them.
--
-- EXIT: failure
import "regent"

local c = regentlib.c

task first(r : region(ispace(int1d), double), done : phase_barrier)
where reads(r), awaits(done) do
  return r[0]
end

task main()
  var r = region(ispace(int1d, 4), double)
  fill(r, 1.0)
  var b = phase_barrier(2)
  arrive(b)
  c.printf("waiting\n")
  c.printf("%g\n", first(r, advance(b)))
end
regentlib.start(main)

--[==[ OUTPUT
waiting
]==]

--[==[ STDERR
error: nothing can go on: no task runs, and nobody will do what these wait for:
  barrier_without_arrival.rg:8: task `first` waits for phase 1 of a phase barrier, at which arrivals are missing
]==]
