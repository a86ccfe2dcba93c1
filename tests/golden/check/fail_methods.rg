-- RUN: check
import "regent"

struct vec { x : double }

terra vec:length() : double
  return self.x
end

task main()
  var v : vec = { x = 1.0 }
  var a = v:length(5)
  var b = v:missing()
  var n = 5
  n:size()
end
