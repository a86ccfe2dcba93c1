-- The arithmetic of complex numbers; the chunk gets the type, `complex32` or `complex64`.
import "regent"

local complex = ...
local real = complex.entries[1].type
local operators = complex.metamethods

terra operators.__add(a : complex, b : complex) : complex
  return complex { a.real + b.real, a.imag + b.imag }
end

terra operators.__sub(a : complex, b : complex) : complex
  return complex { a.real - b.real, a.imag - b.imag }
end

terra operators.__mul(a : complex, b : complex) : complex
  return complex { a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real }
end

terra operators.__div(a : complex, b : complex) : complex
  var scale = b.real * b.real + b.imag * b.imag
  return complex { (a.real * b.real + a.imag * b.imag) / scale, (a.imag * b.real - a.real * b.imag) / scale }
end

terra operators.__unm(a : complex) : complex
  return complex { -a.real, -a.imag }
end

terra operators.__eq(a : complex, b : complex) : bool
  return a.real == b.real and a.imag == b.imag
end

terra operators.__ne(a : complex, b : complex) : bool
  return a.real ~= b.real or a.imag ~= b.imag
end

function operators.__cast(from, to, value)
  if to ~= complex then error("not a conversion of this type") end
  if from:isarithmetic() then return `complex { [real](value), [real](0) } end
  if regentlib.is_complex_type(from) then return `complex { [real](value.real), [real](value.imag) } end
  error("no such conversion")
end
