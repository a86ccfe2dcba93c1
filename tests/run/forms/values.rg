-- Section 3: scalars, arrays, vectors, structs, points, boxes, transforms, complex numbers.
import "regent"
local c = regentlib.c
local format = require("std/format")
struct S { a : int, b : double }
struct L { x : float, y : int64 }
fspace F { a : int, b : double }
task scal()
  -- type meets
  var i8 : int8 = 100
  var u8 : uint8 = 200
  var m1 = i8 + u8
  regentlib.assert(m1 > 0, "uint8 wins")
  var u = 1U
  var mi = -1
  regentlib.assert(u + mi == 0, "")
  regentlib.assert((mi < u) == false, "unsigned compare")
  var i64 : int64 = 1LL << 40
  var fl : float = 1.5
  var x = i64 + fl
  regentlib.assert(sizeof([float]) == 4, "")
  regentlib.assert(7 / 2 == 3 and -7 / 2 == -3 and -7 % 3 == -1, "trunc")
  regentlib.assert(7.5 % 2.0 == 1.5, "fmod")
  regentlib.assert((1 << 3LL) == 8, "shift")
  var n : int = 3.99
  regentlib.assert(n == 3, "double to int")
  n += 0.5
  regentlib.assert(n == 3, "trunc each time")
  var nan = 0.0 / 0.0
  regentlib.assert(max(3.2, nan) == 3.2 and max(nan, 3.2) == 3.2 and min(nan, 1.0) == 1.0, "nan")
  regentlib.assert(max(1, 2.5) == 2.5 and min(3, 2) == 2, "")
  -- arrays
  var a = array(1, 2, 3)
  var b = arrayof(int, 4, 5, 6)
  var s = a + b
  regentlib.assert(s[0] == 5 and s[2] == 9, "array +")
  s = a * b regentlib.assert(s[1] == 10, "")
  s = b % a regentlib.assert(s[2] == 0, "")
  s = -a regentlib.assert(s[0] == -1, "")
  s += a regentlib.assert(s[0] == 0 and s[2] == 0, "+=")
  var dd = arrayof(double, 1, 2) / arrayof(double, 2, 4)
  regentlib.assert(dd[0] == 0.5 and dd[1] == 0.5, "")
  var neg = not arrayof(bool, true, false)
  regentlib.assert(not neg[0] and neg[1], "not array")
  -- vectors
  var v = vector(1.0, 2.0, 3.0, 4.0)
  var w = v * 2.0 + v
  regentlib.assert(w[3] == 12, "vector")
  var vf = vectorof(float, 1, 2, 3, 4)
  vf = vf * 0.5f
  regentlib.assert(vf[1] == 1.0f, "")
  var cmp = v < w
  regentlib.assert(cmp[0], "vector cmp")
  -- pointers
  var p = &a[0]
  var q = p + 2
  regentlib.assert(q - p == 2 and @q == 3, "ptr arith")
  var np : &int = nil
  regentlib.assert(isnull(np) and not isnull(p), "isnull")
  var op : &opaque = p
  regentlib.assert([&int](op)[1] == 2, "cast")
  regentlib.assert([int64](p) ~= 0, "ptr to int")
  -- ctor
  var t = { 1, 2.5 }
  regentlib.assert(t._1 == 1 and t._2 == 2.5, "positional")
  var u1 : S = { b = 2, a = 1, zz = 3 }
  var u2 : S = { 5, 6 }
  var u3 = S { 1, 2.5 }
  var u4 = F { a = 3, b = 4 }
  var u5 : F = { 7, 8 }
  regentlib.assert(u1.a == 1 and u2.b == 6 and u3.b == 2.5 and u4.b == 4 and u5.a == 7, "ctor")
  regentlib.assert(int(3.7) == 3 and bool(1) and [uint8](300) == 44, "casts")
  regentlib.assert(double(1) / 2 == 0.5, "")
end
task idx()
  var a : int1d = 5
  var b : int = a
  var d : double = int1d(4)
  var i : int2d = { 1, 2 }
  var j = int2d { 3, 4 }
  var k : int2d = { x = 7, y = 8 }
  regentlib.assert(b == 5 and d == 4.0 and k.x == 7, "")
  var s = i + j
  regentlib.assert(s.x == 4 and s.y == 6, "+")
  s = j * i regentlib.assert(s.x == 3 and s.y == 8, "*")
  s = j / i s = j % i s = j - i
  regentlib.assert(s.x == 2, "")
  s = i + { 1, 1 }
  regentlib.assert(s.x == 2 and s.y == 3, "+ ctor")
  s = { 10, 10 } - i
  regentlib.assert(s.x == 9, "ctor -")
  i.x = 100
  regentlib.assert(i.x == 100, "assign field")
  regentlib.assert(i ~= j and j == int2d { 3, 4 } and int2d{1,1} <= j and int2d{1,1} < j and j >= int2d{3,4}, "cmp")
  regentlib.assert(not (int2d{1,9} < j), "all components")
  var r2 = rect2d { { 0, 0 }, { 4, 4 } }
  var w = int2d { 5, -1 } % r2
  regentlib.assert(w.x == 0 and w.y == 4, "wrap")
  regentlib.assert(int2d{0,4} <= r2 and not (int2d{0,4} < r2) and int2d{1,1} < r2, "in rect")
  var z = r2 + { 1, 2 }
  regentlib.assert(z.lo == int2d{1,2} and z.hi == int2d{5,6}, "rect +")
  z = r2 * { 2, 2 } z = r2 / { 2, 2 } z = r2 - { 1, 1 } z = r2 % { 3, 3 }
  regentlib.assert(r2:size() == int2d{5,5} and r2:volume() == 25, "size")
  var r1d = rect1d {2, 5} regentlib.assert(r1d:volume() == 4 and r2 == r2 and not (r2 ~= r2), "")
end
task idx2()
  var r1 : rect1d = { 2, 5 }
  var r1b = rect1d { lo = 2, hi = 5 }
  regentlib.assert(r1 == r1b, "named")
  r1.lo = 3 r1.hi = r1.lo + 1
  regentlib.assert(r1:volume() == 2, "")
  var is = ispace(int2d, { 4, 4 }, { 1, 1 })
  regentlib.assert(int2d{1,1} <= is and not (int2d{0,0} <= is), "in ispace")
  regentlib.assert(is.bounds.lo == int2d{1,1} and is.bounds.hi == int2d{4,4} and is.volume == 16, "")
end
task idx3()
  var t : transform(2, 2)
  t[{0,0}] = 1 t[{0,1}] = 2 t[{1,0}] = 3 t[{1,1}] = 4
  regentlib.assert(t[{1,0}] == 3, "transform")
  var p3 = int3d { 1, 2, 3 }
  var i2 = int2d { p3.z, p3.x }
  regentlib.assert(i2.x == 3, "")
  var pt = p3:to_point()
  regentlib.assert(pt.x[2] == 3, "to_point")
  var dpt = p3:to_domain_point()
  var back : int3d = dpt
  regentlib.assert(back == p3 and dpt.dim == 3, "domain point")
  var dom = rect3d { {0,0,0}, {1,1,1} }
  var d2 = dom:to_domain()
  regentlib.assert(d2.dim == 3, "to_domain")
end
local my = index_type(int32, "my")
struct P2 { a : int64, b : int64 }
local my2 = index_type(P2, "my2")
task cust()
  var a : my = 4
  var is = ispace(my, 5)
  var n = 0
  for i in is do n += int(i) end
  regentlib.assert(n == 10, "custom index")
  var r = region(is, int)
  fill(r, 3)
  regentlib.assert(r[a] == 3, "")
  var is2 = ispace(my2, { 2, 3 })
  var m = 0
  for i in is2 do m += i.a * 10 + i.b end
  regentlib.assert(m == 36, "custom 2d")
end
task order()
  var is = ispace(int2d, {2, 2})
  var k = 0
  var seen : int2d[4]
  for i in is do seen[k] = i k += 1 end
  regentlib.assert(seen[1] == int2d{1,0} and seen[2] == int2d{0,1}, "x fastest")
  k = 0
  for i in rect2d{{0,0},{1,1}} do regentlib.assert(seen[k] == i, "rect loop") k += 1 end
end
task cplx()
  var z : complex = { real = 1, imag = 2 }
  var y = complex { 3.0, 4.0 }
  var s = z * y
  regentlib.assert(s.real == -5 and s.imag == 10, "complex *")
  var w = z + 1.0
  regentlib.assert(w.real == 2, "")
  z += y
  regentlib.assert(z.real == 4, "")
  var d = y / y
  regentlib.assert(d.real == 1, "")
  var f : complex32 = { 1.5f, 0.0f }
  var r = region(ispace(int1d, 3), complex64)
  fill(r, z)
  for i in r do r[i] *= y end
  regentlib.assert(r[0].real == 4*3 - 6*4, "in region")
end
task main() scal() idx() idx2() idx3() cust() order() cplx() c.printf("ok\n") end
regentlib.start(main)

--[==[ OUTPUT
ok
]==]
