-- RUN: check
import "regent"

local c = regentlib.c

task main()
  c.abs()
-- 3-9 ERROR: no applicable overloaded function abs for arguments 
-- 3-9 NOTE: `abs` has the type {int32} -> int32
  c.abs(1, 2)
-- 3-13 ERROR: no applicable overloaded function abs for arguments int32, int32
-- 3-13 NOTE: `abs` has the type {int32} -> int32
  c.strlen(5)
-- 3-13 ERROR: no applicable overloaded function strlen for arguments int32
-- 3-13 NOTE: `strlen` has the type {&int8} -> uint64
end
