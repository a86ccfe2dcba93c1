-- RUN: check
import "regent"

task main()
  var x = 1
  if x == 1
    x = 2
--  ^ ERROR: 'then' expected near 'x'
  end
end
