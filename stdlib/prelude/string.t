-- Conversions of `regentlib.string`; the chunk gets the type.
import "regent"

local string = ...

function string.metamethods.__cast(from, to, value)
  if from == rawstring and to == string then return `string { impl = value } end
  if from == string and to == rawstring then return `value.impl end
  error("no such conversion")
end
