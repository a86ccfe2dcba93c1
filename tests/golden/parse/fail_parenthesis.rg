-- RUN: check
import "regent"

task main()
  var x = (1 + 2
--        ^ NOTE: `(` is here
  var y = 3
--^~~ ERROR: ')' expected (to close '(' at line 5) near 'var'
end
