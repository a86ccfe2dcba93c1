-- RUN: check
import "regent"

struct vec { x : double }

terra vec:length() : double
--    ^~~~~~~~~~ NOTE: `vec.length` is declared here
  return self.x
end

task main()
  var v : vec = { x = 1.0 }
  var a = v:length(5)
--        ^~~~~~~~~~~ ERROR: no applicable overloaded function vec.length for arguments &vec, int32
  var b = v:missing()
--        ^~~~~~~~~~~ ERROR: invalid method call for vec:missing()
  var n = 5
  n:size()
--^~~~~~~~ ERROR: invalid method call for int32:size()
end

terra static()
  return vec.unknown(3)
--       ^~~~~~~~~~~ ERROR: no such method unknown defined for type vec
end
