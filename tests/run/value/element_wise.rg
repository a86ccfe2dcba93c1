-- Operators on whole arrays and vectors beside arithmetic: what they give for each element.
import "regent"

task main()
  var a, b = array(1, 5, 3), array(2, 4, 3)
  var less, same = a < b, a == b
  regentlib.assert(less[0] and not less[1] and not less[2], "less")
  regentlib.assert(not same[0] and same[2], "equal")
  var different, at_least = a ~= b, a >= b
  regentlib.assert(different[0] and not different[2] and at_least[1] and at_least[2], "others")
  var none = not less
  regentlib.assert(not none[0] and none[1], "not of bool")
  var bits = not a
  regentlib.assert(bits[0] == -2 and bits[2] == -4, "not of integers")
  var both, one = less and same, less or same
  regentlib.assert(not both[0] and one[0] and not one[1] and one[2], "and, or")
  var x, l, r = a ^ b, a << b, a >> array(0, 1, 1)
  regentlib.assert(x[0] == 3 and l[1] == 80 and r[2] == 1, "bits")
  var masked = a and b
  regentlib.assert(masked[0] == 0 and masked[1] == 4, "and of integers")
  var rest = array(7.5, 3.0) % array(2.0, 2.0)
  regentlib.assert(rest[0] == 1.5 and rest[1] == 1.0, "remainder")
  var nested = array(array(1, 2), array(3, 4)) < array(array(2, 2), array(3, 5))
  regentlib.assert(nested[0][0] and not nested[0][1] and nested[1][1], "of arrays")

  var v, w = vector(1.0, 5.0, 2.0, 3.0), vector(2.0, 4.0, 2.0, 9.0)
  var below = v < w
  regentlib.assert(below[0] and not below[1] and not below[2] and below[3], "vectors")
  var inside = below and v > 2.0
  regentlib.assert(not inside[0] and not inside[1] and inside[3], "with a number")
  var i = vector(1, 2, 4, 8)
  var shifted = i << 1
  regentlib.assert(shifted[3] == 16 and (not i)[0] == -2, "integers")
  var other = not (v == w)
  regentlib.assert(other[0] and not other[2], "not")
  regentlib.c.printf("ok\n")
end

regentlib.start(main)

--[==[ OUTPUT
ok
]==]
