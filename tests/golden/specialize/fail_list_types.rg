-- RUN: check
-- Element types of lists, and what may follow them.
import "regent"

task fine(l : regentlib.list(regentlib.list(int, nil, 1), nil, 1)) end

local function try(...)
  print(select(2, pcall(regentlib.list, ...)))
end
try(int, int)
try(int, nil, 1, int)
try(int, nil, 1, nil, true)
try(int, nil, 1, nil, nil, 1)
try(int, nil, "deep")
try()
try(opaque)

task main()
  var r = region(ispace(int1d, 2), regentlib.list(int))
--                                 ^~~~~~~~~~~~~~~~~~~ ERROR: `a region of list(int32)` is not supported yet
end

--[==[ OUTPUT
`regentlib.list` with a partition type is not supported
`regentlib.list` with a region is not supported
`regentlib.list` with shallow regions is not supported
`regentlib.list` with a barrier depth is not supported
bad argument #3 to '?' (number expected, got string)
expected a type as argument 1, got no value
a list cannot have elements of type opaque
]==]
