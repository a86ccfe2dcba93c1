-- RUN: check
import "regent"

task main()
  var s = "\400"
--         ^~ ERROR: invalid escape sequence in a string
end
