-- The mathematical functions, for both types, in tasks that are leaves and replicable.
import "regent"

local format = require("std/format")
local sqrt, fabs, floor, ceil = regentlib.sqrt(double), regentlib.fabs(double), regentlib.floor(float), regentlib.ceil(float)
local pow, atan2, ldexp, fma = regentlib.pow(double), regentlib.atan2(double), regentlib.ldexp(double), regentlib.fma(float)
local isnan, isinf, nan, llround = regentlib.isnan(double), regentlib.isinf(float), regentlib.nan(double), regentlib.llround(double)
local frexp, rsqrt = regentlib.frexp(double), regentlib.rsqrt(float)

__demand(__leaf, __replicable)
task powers(x : double) : double
  return pow(x, 3.0) + sqrt(x)
end

task norm(r : region(ispace(int1d), double)) : double
where reads writes(r) do
  var sum = 0.0
  for i in r do r[i] = sqrt(fabs(r[i])) end
  for i in r do sum += r[i] end
  return sum
end

task main()
  format.println("{} {} {} {}", sqrt(2.0), fabs(-3), floor(-1.5f), ceil(1.2f))
  format.println("{} {.4} {} {}", powers(4.0), atan2(1.0, 1.0), ldexp(1.0, 10), fma(2, 3, 4))
  format.println("{} {} {}", isnan(nan("")) ~= 0, isinf(1.0f / 0.0f) ~= 0, llround(2.5))
  var exponent = 0
  var fraction = frexp(8.0, &exponent)
  format.println("{} {} {}", fraction, exponent, rsqrt(4.0f))
  format.println("{} {}", regentlib.fmax(2, 3.5), regentlib.fmin(2, 3))
  var r = region(ispace(int1d, 10), double)
  for i in r.ispace do r[i] = -(double(i) * double(i)) end
  format.println("{}", norm(r))
end
regentlib.start(main)

--[==[ OUTPUT
1.414214 3.000000 -2.000000 2.000000
66.000000 0.7854 1024.000000 10.000000
true true 3
0.500000 4 0.500000
3.500000 2
45.000000
]==]
