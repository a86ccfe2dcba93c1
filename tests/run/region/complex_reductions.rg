-- Reductions into fields of complex numbers and of a type with operators of its own.
import "regent"

local c = regentlib.c

struct mod7 { value : int }
terra mod7.metamethods.__add(a : mod7, b : mod7) : mod7 return mod7 { (a.value + b.value) % 7 } end
terra mod7.metamethods.__mul(a : mod7, b : mod7) : mod7 return mod7 { (a.value * b.value) % 7 } end

fspace cell { z : complex64, w : complex32, m : mod7 }

task add(r : region(ispace(int1d), cell), k : int)
where reduces +(r.z, r.w, r.m) do
  for i in r do
    r[i].z += complex64 { k, 1 }
    i.w += complex32 { 1, -k }
    i.m += mod7 { k }
  end
end

task subtract(r : region(ispace(int1d), cell))
where reduces -(r.z) do
  for i in r do i.z -= complex64 { 0, 2 } end
end

task multiply(r : region(ispace(int1d), cell))
where reduces *(r.z, r.m) do
  for i in r do
    i.z *= complex64 { 0, 1 }
    i.m *= mod7 { 3 }
  end
end

task divide(r : region(ispace(int1d), cell))
where reduces /(r.z) do
  for i in r do i.z /= complex64 { 0, 2 } end
end

task main()
  var r = region(ispace(int1d, 20), cell)
  var p = partition(equal, r, ispace(int1d, 4))
  for i in r do
    i.z = complex64 { int(i), 0 }
    i.w = complex32 { 0, 0 }
    i.m = mod7 { 0 }
  end
  for step = 1, 4 do
    for i in p.colors do add(p[i], step) end
    add(r, 0)
  end
  subtract(r)
  multiply(r)
  for i in p.colors do divide(p[i]) end
  for i in r do
    -- (i + 6, 6 - 2) * i / 2i
    regentlib.assert(i.z.real == (double(int(i)) + 6) / 2 and i.z.imag == 2, "complex64")
    regentlib.assert(i.w.real == 6 and i.w.imag == -6, "complex32")
    regentlib.assert(i.m.value == 6 * 3 % 7, "its own operators")
  end
  c.printf("reduced\n")
end
regentlib.start(main)

--[==[ OUTPUT
reduced
]==]
