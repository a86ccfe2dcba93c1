-- More arrivals at a phase than its barrier expects end the program with a message that names the task.
--
-- EXIT: failure
import "regent"

task main()
  var b = phase_barrier(2)
  arrive(b)
  arrive(b)
  await(advance(b))
  arrive(b)
end
regentlib.start(main)

--[==[ STDERR
too_many_arrivals.rg:11: error: task `main` arrives at phase 1 of a phase barrier, at which all arrivals that were expected have been before
]==]
