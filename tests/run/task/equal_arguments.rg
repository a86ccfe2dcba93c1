-- Index launches in a trace whose points have equal arguments but for their regions: what follows from other partitions,
-- bounds, launches or values than the last time is seen each time.
import "regent"

local c = regentlib.c

local N, PIECES = 24, 4

struct change { by : int, offsets : int[2] }

task add(r : region(ispace(int1d), int64), t : region(ispace(int1d), int64), how : change, k : int)
where reads writes(r), reads(t) do
  for i in r do r[i] = (3 * r[i] + t[int(i) % 3] * how.by + how.offsets[k % 2] + k) % 100003 end
end

task scale(r : region(ispace(int1d), int64), by : int64) where reads writes(r) do
  for i in r do r[i] = (r[i] * by + int64(i)) % 100003 end
end

-- The same in order.
terra add_all(cells : &int64, first : int, last : int, how : change, k : int)
  for i = first, last do
    cells[i] = (3 * cells[i] + (i % 3 + 1) * how.by + how.offsets[k % 2] + k) % 100003
  end
end
terra scale_all(cells : &int64, first : int, last : int, by : int64)
  for i = first, last do cells[i] = (cells[i] * by + i) % 100003 end
end

task main()
  var r = region(ispace(int1d, N), int64)
  var t = region(ispace(int1d, 3), int64)
  fill(r, 1)
  for i in t do t[i] = int64(i) + 1 end
  var colors, others = ispace(int1d, PIECES), ispace(int1d, PIECES, 2)
  var p, q = partition(equal, r, colors), partition(equal, r, others)
  var upper = region(ispace(int1d, N), int64)
  fill(upper, 2)
  var s = partition(equal, upper, colors)
  var expected : int64[N]
  var expected_upper : int64[N]
  for i = 0, N do
    expected[i] = 1
    expected_upper[i] = 2
  end

  var how : change[2]
  for k = 0, 2 do how[k] = change { by = k + 2, offsets = arrayof(int, k, 5 - k) } end
  __demand(__trace)
  for k = 0, 300 do
    -- Values that change, one of them in an element.
    __demand(__index_launch)
    for x in colors do add(p[x], t, how[k % 2], k) end
    add_all(&expected[0], 0, N, how[k % 2], k)
    -- Numbers instead of colours.
    __demand(__index_launch)
    for x = 0, PIECES do scale(p[x], k) end
    scale_all(&expected[0], 0, N, k)
    -- The same task from several places, with the pieces of another tree at times.
    if k % 7 == 3 then
      __demand(__index_launch)
      for x in colors do scale(s[x], 5) end
      scale_all(&expected_upper[0], 0, N, 5)
    else
      __demand(__index_launch)
      for x in others do scale(q[x], 5) end
      scale_all(&expected[0], 0, N, 5)
    end
    -- Bounds that move.
    var first = 0
    if k % 5 == 4 then first = 2 end
    __demand(__index_launch)
    for x = first, first + 2 do scale(p[x], 11) end
    scale_all(&expected[0], first * (N / PIECES), (first + 2) * (N / PIECES), 11)
    -- From the last piece to the first.
    __demand(__index_launch)
    for x in p.colors do scale(p[PIECES - 1 - x], 13) end
    scale_all(&expected[0], 0, N, 13)
  end

  -- Partitions that are made again and again.
  for k = 0, 30 do
    var fresh = partition(equal, r, colors)
    __demand(__trace)
    for j = 0, 6 do
      __demand(__index_launch)
      for x in colors do add(fresh[x], t, how[1], j) end
      add_all(&expected[0], 0, N, how[1], j)
    end
  end

  var wrong = 0
  for i in r do if r[i] ~= expected[int(i)] then wrong += 1 end end
  for i in upper do if upper[i] ~= expected_upper[int(i)] then wrong += 1 end end
  c.printf("%d cells are wrong\n", wrong)
  regentlib.assert(wrong == 0, "results differ from those in order")
end

regentlib.start(main)

--[==[ OUTPUT
0 cells are wrong
]==]
