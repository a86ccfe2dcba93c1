-- RUN: check
import "regent"

task main()
  var x = 1 ^ 2 << 3
--        ^~~~~~~~~~ NOTE: the operators are in this expression
  var y = 1 << 2 ^ 3
--^~~ ERROR: order of operations between ^ and << or >> is unspecified, please add parentheses near 'var'
--        ^~~~~~~~~~ NOTE: the operators are in this expression
  var z = (1 << 2) ^ 3
--^~~ ERROR: order of operations between ^ and << or >> is unspecified, please add parentheses near 'var'
end
