-- Found by package.terrapath only.
import "regent"

local quadruple = {}
task quadruple.of(x : int) : int return 4 * x end
return quadruple
