-- RUN: check
-- Lua goes on after an erroneous task, and so later errors are found, but the program does not start.
import "regent"

task first()
  var x = unknown_one
--        ^~~~~~~~~~~ ERROR: name 'unknown_one' is undefined or nil
end

task second() : int
  return unknown_two
--       ^~~~~~~~~~~ ERROR: name 'unknown_two' is undefined or nil
end

task main()
  first()
end

regentlib.start(main)
