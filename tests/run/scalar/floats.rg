-- Floating-point arithmetic and its mixing with integers.
import "regent"

local c = regentlib.c

task main()
  regentlib.assert(1.0 / 4.0 == 0.25, "division")
  regentlib.assert(7.5 % 2.0 == 1.5 and -7.5 % 2.0 == -1.5, "remainder")
  regentlib.assert(1 / 2.0 == 0.5, "an integer becomes a double")
  regentlib.assert(1e-3 * 1000.0 == 1.0, "exponent")

  var third : float = 1.0f / 3.0f
  var third64 : double = 1.0 / 3.0
  regentlib.assert(third ~= third64, "float has less precision")
  regentlib.assert(third + third64 - third64 == double(third) + third64 - third64, "float meets double")

  var truncated : int = 2.9
  regentlib.assert(truncated == 2, "a double becomes an int")
  truncated = -2.9
  regentlib.assert(truncated == -2, "towards zero")

  var zero = 0.0
  var nan = zero / zero
  regentlib.assert(nan ~= nan and not (nan == nan) and not (nan < 1.0), "not a number")
  regentlib.assert(1.0 / zero > 1e308, "infinity")
  regentlib.assert(0.1 + 0.2 ~= 0.3, "no excess precision")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
