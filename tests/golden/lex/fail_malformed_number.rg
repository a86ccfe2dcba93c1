-- RUN: check
import "regent"

task main()
  var a = 3x
--        ^~ ERROR: malformed number near '3x'
  var b = 0xg
--        ^~~ ERROR: malformed number near '0xg'
  var d = 99999999999
--        ^~~~~~~~~~~ ERROR: malformed number near '99999999999'
  var e = 1.2.3
--        ^~~~~ ERROR: malformed number near '1.2.3'
end
