-- Results with operators of their own are folded by these: complex numbers and a type of the program.
import "regent"

struct mod7 { value : int }
terra mod7.metamethods.__add(a : mod7, b : mod7) : mod7 return mod7 { (a.value + b.value) % 7 } end
terra mod7.metamethods.__mul(a : mod7, b : mod7) : mod7 return mod7 { (a.value * b.value) % 7 } end
struct text { at : int, digits : int[8] }
-- The order of the points can be seen.
terra text.metamethods.__add(a : text, b : text) : text
  for i = 0, b.at do
    a.digits[a.at] = b.digits[i]
    a.at = a.at + 1
  end
  return a
end
terra twice(a : complex64, b : complex64) : complex64 return a + b + b end

fspace cell { z : complex64 }
struct state { sum : complex64, sums : complex64[3] }

task one(i : int) : complex64 return complex64 { i, 1 } end
task small(i : int) : complex32 return complex32 { 1, i } end
task turn(i : int) : complex64 return complex64 { 0, 1 } end
task digit(i : int) : text
  var t : text
  t.at = 1
  t.digits[0] = i
  return t
end
task mod_of(i : int) : mod7 return mod7 { i } end

__demand(__leaf, __idempotent, __replicable)
task sum_of(r : region(ispace(int1d), cell)) : complex64
where reads(r) do
  var s = complex64 { 0, 0 }
  for i in r do s += r[i].z end
  return s
end

task main()
  var r = region(ispace(int1d, 20), cell)
  var p = partition(equal, r, ispace(int1d, 4))
  fill(r.z, complex64 { 1, 2 })

  var total = complex64 { 0, 0 }
  __demand(__index_launch)
  for i = 0, 10 do total += one(i) end
  __demand(__index_launch)
  for i in p.colors do total += sum_of(p[i]) end
  __demand(__index_launch)
  for i = 0, 4 do total -= one(i) end
  regentlib.assert(total.real == 45 + 20 - 6 and total.imag == 10 + 40 - 4, "complex64")
  __demand(__index_launch)
  for i = 0, 3 do total = twice(total, one(i)) end
  regentlib.assert(total.real == 59 + 6 and total.imag == 46 + 6, "a function")

  var s : state
  s.sum = complex64 { 1, 0 }
  __demand(__index_launch)
  for i = 0, 3 do s.sum *= turn(i) end
  __demand(__index_launch)
  for i = 0, 2 do s.sum /= turn(i) end
  regentlib.assert(s.sum.real == 0 and s.sum.imag == 1, "a member")
  for k = 0, 3 do
    s.sums[k] = complex64 { k, 0 }
    __demand(__index_launch)
    for i = 0, 5 do s.sums[k] += one(i) end
    regentlib.assert(s.sums[k].real == 10 + k and s.sums[k].imag == 5, "an element")
  end

  var w = complex32 { 0, 0 }
  __demand(__index_launch)
  for i = 0, 5 do w += small(i) end
  regentlib.assert(w.real == 5 and w.imag == 10, "complex32")

  var m, n = mod7 { 0 }, mod7 { 1 }
  __demand(__index_launch)
  for i = 0, 10 do m += mod_of(i) end
  __demand(__index_launch)
  for i = 1, 6 do n *= mod_of(i) end
  regentlib.assert(m.value == 45 % 7 and n.value == 120 % 7, "operators of its own")

  var t : text
  t.at = 0
  __demand(__index_launch)
  for i = 0, 8 do t += digit(i) end
  for i = 0, 8 do regentlib.assert(t.digits[i] == i, "in the order of the points") end
  regentlib.c.printf("folded\n")
end
regentlib.start(main)

--[==[ OUTPUT
folded
]==]
