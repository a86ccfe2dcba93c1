-- RUN: check
import "regent"

task one() : int return 1 end

terra calls_task() : int
  return one()
end

terra wrong_types(x : int) : bool
  return x + unknown
end
