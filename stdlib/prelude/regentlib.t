-- The part of `regentlib` that is written in the language itself. Loaded when a program first asks for a name that
-- the compiler does not define; the chunk gets the table `regentlib`.
import "regent"

local regentlib = ...

regentlib.fmax = regentlib.macro(function(a, b) return rexpr max(a, b) end end)
regentlib.fmin = regentlib.macro(function(a, b) return rexpr min(a, b) end end)

-- True for the same type, and for quotes of types that print alike.
function regentlib.type_eq(a, b)
  return a == b or (terralib.types.istype(a) and terralib.types.istype(b) and tostring(a) == tostring(b))
end

function regentlib.check_gpu_available() return false end
function regentlib.check_cuda_available() return false end
