-- Copies with a reduction into fields of complex numbers, of a type with operators of its own, and of arrays.
import "regent"

struct mod7 { value : int }
terra mod7.metamethods.__add(a : mod7, b : mod7) : mod7 return mod7 { (a.value + b.value) % 7 } end
terra mod7.metamethods.__mul(a : mod7, b : mod7) : mod7 return mod7 { (a.value * b.value) % 7 } end

fspace cell { z : complex64, w : complex32[2], m : mod7, a : int[2][3], x : double }

task set(r : region(ispace(int1d), cell), k : int)
where writes(r) do
  for i in r do
    i.z = complex64 { k, int(i) }
    i.w = array(complex32 { k, 0 }, complex32 { 0, k })
    i.m = mod7 { k }
    i.x = k
    for n = 0, 3 do for j = 0, 2 do i.a[n][j] = k * (2 * n + j) end end
  end
end

task main()
  var r = region(ispace(int1d, 9), cell)
  var s = region(ispace(int1d, 9), cell)
  var p = partition(equal, r, ispace(int1d, 3))
  set(r, 2)
  set(s, 3)
  copy(s.{z, x}, r.{z, x}, +)
  copy(s.{w, a}, r.{w, a}, +)
  for k in p.colors do copy(s.m, (p[k]).m, *) end
  for i in r do
    regentlib.assert(i.z.real == 5 and i.z.imag == 2 * int(i) and i.x == 5, "added")
    regentlib.assert(i.w[0].real == 5 and i.w[1].imag == 5 and i.w[1].real == 0, "elements of arrays")
    regentlib.assert(i.m.value == 6, "operators of its own")
    for n = 0, 3 do for j = 0, 2 do regentlib.assert(i.a[n][j] == 5 * (2 * n + j), "arrays of arrays") end end
  end
  -- Contributions to a difference and to a quotient are added, and multiplied.
  copy(s.z, r.z, -)
  copy(s.z, r.z, /)
  copy(s.a, r.a, max)
  for i in r do
    var n = double(int(i))
    regentlib.assert(i.z.real == 8 * 3 - 3 * n * n and i.z.imag == 8 * n + 9 * n, "contributions")
    regentlib.assert(i.a[2][1] == 25, "the greater one")
  end
  regentlib.c.printf("copied\n")
end
regentlib.start(main)

--[==[ OUTPUT
copied
]==]
