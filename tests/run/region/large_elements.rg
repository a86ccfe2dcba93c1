-- Many fields and large elements; each field lies by itself.
import "regent"

local c = regentlib.c

struct block { data : double[32] }
fspace cell { { f0, f1, f2, f3, f4, f5, f6, f7 } : int8, big : block, last : int64 }

task write_odd(r : region(ispace(int1d), cell))
where writes(r.{ f1, f3, f5, f7, last }) do
  for i in r do
    r[i].f1, r[i].f3, r[i].f5, r[i].f7 = 1, 3, 5, 7
    r[i].last = int64(i) << 32
  end
end

task write_even(r : region(ispace(int1d), cell))
where writes(r.{ f0, f2, f4, f6, big }) do
  for i in r do
    r[i].f0, r[i].f2, r[i].f4, r[i].f6 = 0, 2, 4, 6
    for k = 0, 32 do r[i].big.data[k] = int(i) + k end
  end
end

task main()
  var r = region(ispace(int1d, 100), cell)
  write_odd(r)
  write_even(r)
  for i in r do
    var e = r[i]
    regentlib.assert(e.f0 + e.f1 + e.f2 + e.f3 + e.f4 + e.f5 + e.f6 + e.f7 == 28, "small fields")
    regentlib.assert(e.last == int64(i) << 32 and e.big.data[31] == int(i) + 31, "large fields")
  end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
