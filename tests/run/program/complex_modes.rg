-- Complex numbers everywhere: arrays of them, struct fields, copies and reductions, futures, kernels' reductions, printing.
import "regent"
local c = regentlib.c
local cmath = terralib.includec("math.h")
local format = require("std/format")

struct pair { a : complex64, b : complex32 }
fspace mode { z : complex64, w : complex32[3], p : pair, s : complex }

terra conj(z : complex64) return complex64 { z.real, -z.imag } end
terra abs(z : complex64) return cmath.sqrt(z.real * z.real + z.imag * z.imag) end

task init(m : region(ispace(int1d), mode))
where writes(m) do
  for i in m do
    m[i].z = complex64 { int(i), -int(i) }
    var w : complex32[3]
    for k = 0, 3 do w[k] = complex32 { k, int(i) } end
    m[i].w = w
    m[i].p = pair { a = complex64 { 1, 0 }, b = complex32 { 0, 1 } }
    m[i].s = 2
  end
end

task spin(m : region(ispace(int1d), mode), n : int) where reads writes(m.{z, w, p, s}) do
  for i in m do
    m[i].z = m[i].z * complex64 { 0, 1 } + 1.5
    m[i].z.imag += 0.25
    m[i].w[n] *= complex32 { 2, 0 }
    m[i].p.a -= m[i].z
    m[i].p.b = -m[i].p.b
    if m[i].s == complex { 2, 0 } then m[i].s = m[i].s / complex { 0, 2 } end
  end
end

task add(m : region(ispace(int1d), mode), v : complex64) where reduces +(m.z, m.s) do
  for i in m do
    m[i].z += v
    m[i].s += v * v
  end
end

task norm(m : region(ispace(int1d), mode)) : complex64 where reads(m) do
  var sum : complex64 = 0
  for i in m do
    sum += m[i].z * conj(m[i].z)
    for k = 0, 3 do sum += complex64 { m[i].w[k].real, m[i].w[k].imag } end
    sum += m[i].p.a + m[i].s
    sum.real += m[i].p.b.imag
  end
  return sum
end

task half(z : complex64) : complex64 return z / 2 end

task main()
  var m = region(ispace(int1d, 12), mode)
  var q = region(ispace(int1d, 12), mode)
  var p = partition(equal, m, ispace(int1d, 3))
  init(m)
  for k in p.colors do spin(p[k], int(k)) end
  for k in p.colors do add(p[k], complex64 { 1, int(k) }) end
  add(m, complex64 { 0.5, 0 })
  copy(m, q)
  copy(m.z, q.z, +)
  fill(q.s, complex { 1, 1 })
  fill(q.w, array(complex32 { 1, 0 }, complex32 { 2, 0 }, complex32 { 3, 0 }))
  var a, b = complex64 { 0, 0 }, norm(q)
  for k in p.colors do a += norm(p[k]) end
  var h = half(a) + half(b)
  h -= 1
  var i1, bad = complex64 { 0, 1 }, complex64 { 3, 4 } ~= complex64 { 3, 4 }
  format.println("{} {} {} {}", a, b, h, i1 * i1)
  format.println("{.3} {}", complex32 { 1, 2.5 }, bad)
  regentlib.assert(abs(complex64 { 3, 4 }) == 5, "abs")
end
regentlib.start(main)

--[==[ OUTPUT
1730.750000 + 207.000000j 7087.000000 + -57.000000j 4407.875000 + 75.000000j -1.000000 + 0.000000j
1.000 + 2.500j false
]==]
