-- RUN: check
import "regent"

task literal()
  5
-- 3-3 ERROR: unexpected token in expression near '5'
end

task operator()
  -1
-- 3-3 ERROR: unexpected token in expression near '-'
end
