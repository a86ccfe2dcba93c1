-- RUN: check
-- One run reports the syntax errors of several tasks.
import "regent"

task first()
  var = 1
end

task second(a int)
end

task third()
  for i = 1 do end
end

task fourth() : int
  return 4 +
end
