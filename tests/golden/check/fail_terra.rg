-- RUN: check
import "regent"

task one() : int return 1 end

terra calls_task() : int
  return one()
--       ^~~~~ ERROR: task `one` cannot be called from a terra function
end

terra wrong_types(x : int) : bool
  return x + unknown
--           ^~~~~~~ ERROR: name 'unknown' is undefined or nil
end
