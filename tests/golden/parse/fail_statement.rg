-- RUN: check
import "regent"

task literal()
  5
--^ ERROR: unexpected token in expression near '5'
end

task operator()
  -1
--^ ERROR: unexpected token in expression near '-'
end
