-- RUN: check
import "regent"

task main()
  var x = 1
  if x == 1 then
    x = 2
