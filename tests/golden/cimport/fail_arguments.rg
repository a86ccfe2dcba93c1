-- RUN: check
import "regent"

local c = regentlib.c

task main()
  c.abs()
--^~~~~~~ ERROR: no applicable overloaded function abs for arguments
--^~~~~~~ NOTE: `abs` has the type {int32} -> int32
  c.abs(1, 2)
--^~~~~~~~~~~ ERROR: no applicable overloaded function abs for arguments int32, int32
--^~~~~~~~~~~ NOTE: `abs` has the type {int32} -> int32
  c.strlen(5)
--^~~~~~~~~~~ ERROR: no applicable overloaded function strlen for arguments int32
--^~~~~~~~~~~ NOTE: `strlen` has the type {&int8} -> uint64
end
