-- RUN: check
-- Lua goes on after an erroneous task, and so later errors are found, but the program does not start.
import "regent"

task first()
  var x = unknown_one
end

task second() : int
  return unknown_two
end

task main()
  first()
end

regentlib.start(main)
