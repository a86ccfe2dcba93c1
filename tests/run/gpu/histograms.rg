-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Reductions in which many threads meet: blocks keep tables of what is small, lanes fold what goes to one element.
import "regent"

local c = regentlib.c
local n = 40000

fspace counts { many : int64, some : int32, real : double, short : float, most : int32, least : double, times : int64 }

-- Few elements: tables, with a copy for each lane, and with fewer of them.
__demand(__cuda)
task few(r : region(ispace(int1d), int32), t : region(ispace(int1d), counts), m : int32)
where reads(r), reduces +(t.{many, some, real}), reduces -(t.short), reduces max(t.most), reduces min(t.least),
      reduces *(t.times) do
  for i in r do
    var k = r[i] % m
    t[k].many += r[i]
    t[k].some += 1
    t[k].real += 0.5
    t[k].short -= 1
    t[k].most max= r[i]
    t[k].least min= r[i] * 0.5
    if r[i] % 10000 == 3 then t[k].times *= 3 end
    if r[i] % 2 == 0 then t[(k + 1) % m].some += 2 end
  end
end

-- Neighbours have the same element, of which there are too many for a table.
__demand(__cuda)
task runs(r : region(ispace(int1d), int32), t : region(ispace(int1d), double), w : region(ispace(int1d), int64))
where reads(r), reduces +(t), reduces max(w) do
  for i in r do
    t[int64(i) / 20] += r[i]
    if r[i] % 3 ~= 0 then w[int64(i) / 20] max= r[i] end
  end
end

-- Points and elements of more dimensions.
__demand(__cuda)
task planes(is : ispace(int3d), t : region(ispace(int2d), int32))
where reduces +(t) do
  for p in is do
    t[{p.x % 7, p.y % 3}] += 1
    t[{p.z % 7, 0}] += 1
  end
end

task check_few(t : region(ispace(int1d), counts)) : int64
where reads(t) do
  var many, some, real, short, most, products = 0LL, 0, 0.0, 0.0, 0, 0LL
  for i in t do
    many += t[i].many
    some += t[i].some
    real += t[i].real
    short += t[i].short
    most max= t[i].most
    products += t[i].times
    regentlib.assert(t[i].least == [int64](i) * 0.5, "least")
  end
  regentlib.assert(many == [int64](n) * (n - 1) / 2 and some == 2 * n and real == n * 0.5, "sums")
  regentlib.assert(short == -n and most == n - 1, "others")
  return products
end

task main()
  var r = region(ispace(int1d, n), int32)
  for i in r do r[i] = ([int64](i) * 7919) % n end
  for m = 1, 200, 99 do
    var t = region(ispace(int1d, m), counts)
    fill(t.{many, some, real, short, most}, 0)
    fill(t.least, 1e9)
    fill(t.times, 1)
    few(r, t, m)
    c.printf("%lld\n", check_few(t))
    __delete(t)
  end

  var t, w = region(ispace(int1d, n / 20), double), region(ispace(int1d, n / 20), int64)
  fill(t, 1)
  fill(w, 0)
  runs(r, t, w)
  for i in t do
    var sum, most = 1.0, 0
    for k = [int64](i) * 20, [int64](i) * 20 + 20 do
      sum += r[k]
      if r[k] % 3 ~= 0 then most max= r[k] end
    end
    regentlib.assert(t[i] == sum and w[i] == most, "runs")
  end

  -- Parts of a larger region: what lies between their rows stays as it is.
  var large = region(ispace(int2d, {20, 9}), int32)
  fill(large, 5)
  var parts = partition(equal, large, ispace(int2d, {2, 3}))
  planes(ispace(int3d, {70, 30, 28}), parts[{0, 0}])
  var inside, outside = 0, 0
  for p in large do
    if p.x <= 6 and p.y <= 2 then
      inside += large[p] - 5
    else
      outside += large[p] - 5
    end
  end
  regentlib.assert(inside == 2 * 70 * 30 * 28 and outside == 0, "planes")
  regentlib.assert(large[{0, 1}] == 5 + 10 * 10 * 28 and large[{6, 0}] == 5 + 10 * 10 * 28 + 70 * 30 * 4, "planes")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
81
180
207
done
]==]
