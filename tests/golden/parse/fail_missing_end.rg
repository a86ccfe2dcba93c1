-- RUN: check
import "regent"

task main()
  var x = 1
  if x == 1 then
--^~ NOTE: `if` is here
    x = 2
-- EOF ERROR: 'end' expected (to close 'if' at line 6) near '<eof>'
