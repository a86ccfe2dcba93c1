-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Reductions of kernels: into variables of all kinds, also several at once, and into elements in which threads meet.
import "regent"

local c = regentlib.c

fspace cell { a : double, b : int32, n : int64, f : float, s : int16, v : int[3], color : int1d }

__demand(__cuda)
task sums(r : region(ispace(int1d), cell)) : double
where reads(r) do
  var sum, least, most, times = 0.0, 1e30, -1e30, 1.0
  var count : int32, difference : int64, narrow : int8 = 0, 100, 0
  var small : float = 0
  for i in r do
    sum += r[i].a
    least min= r[i].a
    most max= r[i].a
    if r[i].b == 7 then times *= 2 end
    count += 1
    difference -= r[i].n
    narrow += 1
    small += r[i].f
  end
  regentlib.assert(least == 0 and most == 999, "min and max")
  regentlib.assert(times == 2, "times")
  regentlib.assert(count == 1000 and difference == 100 - 499500, "count and difference")
  regentlib.assert(narrow == [int8](1000), "narrow numbers wrap")
  regentlib.assert(small == 500, "small")
  return sum
end

-- The variable goes on from what it was, through loops of the host and branches.
__demand(__cuda)
task steps(r : region(ispace(int2d), int64), n : int) : int64
where reads(r) do
  var sum : int64, passes : int64 = 1, 0
  for step = 0, n do
    for i in r do sum += r[i] * step end
    if sum > 1000 then passes += 1 end
  end
  for i in r do sum max= r[i] end
  return sum * 100 + passes
end

__demand(__cuda)
task quotient(r : region(ispace(int1d), double)) : double
where reads(r) do
  var q = 1024.0
  for i in r do q /= r[i] end
  return q
end

-- Many iterations reduce into few elements.
__demand(__cuda)
task histogram(is : ispace(int1d), h : region(ispace(int1d), cell))
where reduces+(h.{a, b, n, f, s, v}) do
  for i in is do
    var at = int1d([int64](i) % 5)
    var two = array(1, 2, 3)
    h[at].a += 0.5
    h[at].b += 1
    h[at].n += [int64](i)
    h[at].f += 0.25
    h[at].s += 1
    h[at].v += two
  end
end

__demand(__cuda)
task extremes(is : ispace(int1d), low : region(ispace(int1d), double), high : region(ispace(int1d), int64))
where reduces min(low), reduces max(high) do
  for i in is do
    var k = [int64](i)
    low[k % 3] min= [double]([int64](i)) - 50
    high[k % 3] max= [int64](i)
  end
end

-- The result is converted at each step.
__demand(__cuda)
task converted(is : ispace(int1d), h : region(ispace(int1d), int32))
where reads writes(h) do
  for i in is do
    var k = [int64](i)
    h[k % 2] += 1.5
  end
end

-- Each iteration reduces into its own element, and into its neighbour's.
__demand(__cuda)
task neighbours(r : region(ispace(int1d), int64), s : region(ispace(int1d), int64))
where reads(s), reads writes(r) do
  for i in s do
    r[i] += s[i]
    r[i + 1] += s[i]
  end
end

-- Over the pieces of a region with holes.
__demand(__cuda)
task holes(r : region(ispace(int1d), cell)) : int64
where reads(r.n) do
  var sum : int64 = 0
  for i in r do sum += r[i].n end
  return sum
end

task main()
  var r = region(ispace(int1d, 1000), cell)
  for i in r do
    var k = [int64](i)
    r[i].a = k
    r[i].b = k
    r[i].n = k
    r[i].f = 0.5
    r[i].color = int1d((k / 7) % 2)
  end
  regentlib.assert(sums(r) == 499500, "sum")
  var parts = partition(r.color, ispace(int1d, 3))
  regentlib.assert(holes(parts[0]) + holes(parts[1]) == 499500 and holes(parts[2]) == 0, "holes")

  var q = region(ispace(int2d, {30, 40}), int64)
  fill(q, 2)
  regentlib.assert(steps(q, 4) == (1 + 2400 * 6) * 100 + 3, "steps")

  var d = region(ispace(int1d, 8), double)
  fill(d, 2)
  regentlib.assert(quotient(d) == 4, "quotient")

  var h = region(ispace(int1d, 5), cell)
  fill(h.{a, f}, 0)
  fill(h.{b, n, s}, 1)
  fill(h.v, array(0, 0, 0))
  histogram(ispace(int1d, 2000), h)
  var total : int64 = 0
  for i in h do
    regentlib.assert(h[i].a == 200 and h[i].b == 401 and h[i].f == 100 and h[i].s == 401, "histogram")
    regentlib.assert(h[i].v[0] == 400 and h[i].v[1] == 800 and h[i].v[2] == 1200, "arrays")
    total += h[i].n
  end
  regentlib.assert(total == 1999000 + 5, "histogram of numbers")

  var low, high = region(ispace(int1d, 3), double), region(ispace(int1d, 3), int64)
  fill(low, 0)
  fill(high, 0)
  extremes(ispace(int1d, 100), low, high)
  regentlib.assert(low[0] == -50 and low[1] == -49 and high[0] == 99 and high[1] == 97, "extremes")

  var e = region(ispace(int1d, 2), int32)
  fill(e, 0)
  converted(ispace(int1d, 10), e)
  regentlib.assert(e[0] == 5 and e[1] == 5, "converted")

  var s, t = region(ispace(int1d, 50), int64), region(ispace(int1d, 51), int64)
  fill(s, 1)
  fill(t, 0)
  neighbours(t, s)
  for i in t do
    var expected : int64 = 2
    if [int64](i) == 0 or [int64](i) == 50 then expected = 1 end
    regentlib.assert(t[i] == expected, "neighbours")
  end
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
