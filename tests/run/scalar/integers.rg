-- Integer arithmetic: division truncates, remainders take the sign of the dividend, types meet as in Terra.
import "regent"

local c = regentlib.c

task main()
  regentlib.assert(7 / 2 == 3 and -7 / 2 == -3, "division")
  regentlib.assert(7 % 3 == 1 and -7 % 3 == -1 and 7 % -3 == 1, "remainder")
  regentlib.assert(1 + 2 * 3 - 4 / 2 == 5, "precedence")
  regentlib.assert((1 + 2) * 3 == 9, "parentheses")
  regentlib.assert(1 << 10 == 1024 and 1024 >> 3 == 128, "shifts")
  regentlib.assert((6 ^ 3) == 5, "exclusive or")
  regentlib.assert((6 and 3) == 2 and (6 or 3) == 7 and not 0 == -1, "bitwise operators")

  var byte : uint8 = 255
  byte += 1
  regentlib.assert(byte == 0, "unsigned numbers wrap")
  var small : int8 = 127
  var wide = small + 1000LL
  regentlib.assert(wide == 1127, "the wider type wins")
  var u : uint32 = 1
  var i : int32 = -1
  regentlib.assert(u + i == 0, "at equal width the unsigned type wins")
  regentlib.assert(not (i < u), "an unsigned comparison")
  var big : int64 = 3000000000
  regentlib.assert(big * 2 == 6000000000LL, "64 bits")
  regentlib.assert(0xff == 255 and 0xFFFFFFFF == 4294967295U, "hexadecimal literals")
  regentlib.assert(1e3 == 1000, "an exponent without a fraction")
  var max64 : uint64 = 18446744073709551615ULL
  regentlib.assert(max64 + 1 == 0, "the largest literal")
  regentlib.assert(-(-5) == 5 and - -5 == 5, "negation")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
