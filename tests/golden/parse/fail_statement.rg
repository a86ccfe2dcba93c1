-- RUN: check
import "regent"

task literal()
  5
end

task operator()
  -1
end
