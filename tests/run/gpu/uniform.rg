-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Reductions of all points of a kernel into one element: threads and blocks fold their parts first.
import "regent"

local c = regentlib.c

fspace totals { sum : double, most : int, least : int64, count : int, times : int64, small : int8, wide : double }

__demand(__cuda)
task fold(r : region(ispace(int1d), int), t : region(ispace(int1d), totals), k : int)
where reads(r), reduces +(t.sum, t.count, t.small, t.wide), reduces max(t.most), reduces min(t.least),
      reduces *(t.times) do
  for i in r do
    t[k].sum += r[i] * 0.5
    t[k].most max= r[i]
    t[k].least min= r[i]
    if r[i] % 3 == 0 then t[k].count += 1 end
    if r[i] == 7 then t[k].times *= 2 end
    t[k].small += 1
    -- Of another type than the element.
    t[k].wide += r[i]
  end
end

__demand(__cuda)
task take_away(r : region(ispace(int2d), int), t : region(ispace(int1d), totals))
where reads(r), reduces -(t.sum) do
  for i in r do t[0].sum -= r[i] end
end

-- One and the same field at one element for all, and at one for each.
__demand(__cuda)
task both(r : region(ispace(int1d), int), s : region(ispace(int1d), int64))
where reads(r), reads writes(s) do
  for i in r do
    s[0] += r[i]
    s[i] += 1
    for n = 0, 2 do s[1] += 1 end
  end
end

-- The element is there only where a point reduces into it.
__demand(__cuda)
task none(r : region(ispace(int1d), int), s : region(ispace(int1d), int64), k : int)
where reads(r), reads writes(s) do
  for i in r do
    if r[i] < 0 then s[k] += 1 end
  end
end

task main()
  var n = 5000
  var r = region(ispace(int1d, n), int)
  var t = region(ispace(int1d, 3), totals)
  for i in r do r[i] = (int(i) * 7919) % n end
  for i in t do
    t[i] = totals { sum = 1, most = 0, least = 100, count = 0, times = 1, small = 0, wide = 0 }
  end
  fold(r, t, 1)
  c.printf("%g %d %lld %d %lld %d %g\n", t[1].sum, t[1].most, t[1].least, t[1].count, t[1].times, t[1].small, t[1].wide)
  c.printf("%g %d\n", t[0].sum, t[2].count)

  var q = region(ispace(int2d, { 60, 50 }), int)
  fill(q, 2)
  take_away(q, t)
  c.printf("%g\n", t[0].sum)

  var s = region(ispace(int1d, n), int64)
  fill(s, 0)
  both(r, s)
  c.printf("%lld %lld %lld %lld\n", s[0], s[1], s[2], s[n - 1])
  none(r, s, 100000000)
  var empty = region(ispace(int1d, 0), int)
  both(empty, s)
  c.printf("%lld\n", s[0])
end
regentlib.start(main)

--[==[ OUTPUT
6.24875e+06 4999 0 1667 2 -120 1.24975e+07
1 0
-5999
12497501 10001 1 1
12497501
]==]
