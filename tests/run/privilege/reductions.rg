-- Reductions of many tasks into the same elements, with every operator, between writes and reads.
import "regent"

local c = regentlib.c

fspace cell { sum : int, factor : double, low : int, high : int64, difference : int, quotient : double }

task contribute(r : region(ispace(int1d), cell), k : int)
where
  reduces +(r.sum), reduces *(r.factor), reduces min(r.low), reduces max(r.high), reduces -(r.difference),
  reduces /(r.quotient)
do
  for i in r do
    r[i].sum += k
    r[i].factor *= 2.0
    r[i].low min= 10 - k
    r[i].high max= 100 + k
    r[i].difference -= k
    r[i].quotient /= 2.0
  end
end

task reset(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].sum, r[i].factor, r[i].low = int(i), 1.0, 1000
    r[i].high, r[i].difference, r[i].quotient = -1000, 500, 1024.0
  end
end

task check(r : region(ispace(int1d), cell), n : int)
where reads(r) do
  for i in r do
    regentlib.assert(r[i].sum == int(i) + n * (n - 1) / 2, "+")
    regentlib.assert(r[i].factor == double(1 << n), "*")
    regentlib.assert(r[i].low == 11 - n, "min")
    regentlib.assert(r[i].high == 99 + n, "max")
    regentlib.assert(r[i].difference == 500 - n * (n - 1) / 2, "-")
    regentlib.assert(r[i].quotient == 1024.0 / (1 << n), "/")
  end
end

task main()
  var r = region(ispace(int1d, 20), cell)
  for turn = 1, 4 do
    reset(r)
    for k = 0, 3 * turn do
      contribute(r, k)
    end
    check(r, 3 * turn)
  end

  -- A task that may read and write reduces in place.
  r[0].sum = 5
  r[0].sum += 6
  regentlib.assert(r[0].sum == 11, "in place")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
