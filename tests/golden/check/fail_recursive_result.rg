-- RUN: check
-- The result of a function that calls itself has to be known.
import "regent"

terra countdown(n : int)
  return countdown(n - 1)
end

task main()
  var x = countdown(3)
end
