-- RUN: check
-- A name that is defined twice hides no other error of the file.
import "regent"

task variables()
  var a = 1
--    ^ NOTE: the first definition of `a` is here
  var a = 2.5
--    ^ ERROR: name 'a' is already defined
  return a + unknown
--           ^~~~~~~ ERROR: name 'unknown' is undefined or nil
end

fspace Cell { x : int, x : float }
--                     ^ ERROR: name 'x' is already defined
--            ^ NOTE: the first definition of `x` is here

task parameters(r : int, r : float) end
--                       ^ ERROR: name 'r' is already defined
--              ^ NOTE: the first definition of `r` is here

task fields(s : region(ispace(int1d), Cell)) where reads(s.x) do
  return s[0].x
end

task elsewhere() : int
  return "text"
--^~~~~~~~~~~~~ ERROR: type mismatch in return: expected int32 but got &int8
end
