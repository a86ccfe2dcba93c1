-- The library of the language as a module.
import "regent"
return regentlib
