-- RUN: check
-- The message names the line of what was not closed.
import "regent"

task main()
-- 1-4 NOTE: `task` is here
  for i = 0, 3 do
    while true do
--  ^~~~~ NOTE: its `end` may be missing: the one that closes this `while`, at line 11, stands further left
      var x = 1
  end
end
-- EOF ERROR: 'end' expected (to close 'task' at line 5) near '<eof>'
