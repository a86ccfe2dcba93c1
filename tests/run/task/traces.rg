-- `__demand(__trace)` before loops and blocks: what is launched is the same each time, or is not; results do not differ.
import "regent"

local c = regentlib.c

fspace cell { x : int, y : int }

task scale(r : region(ispace(int1d), cell), by : int) where reads writes(r.x) do
  for p in r do p.x = (p.x * by + 1) % 1009 end
end

task gather(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell)) where reads(r.x), reduces +(s.y) do
  var first = s.bounds.lo
  for p in r do s[int1d(first)].y += p.x end
end

task sum(r : region(ispace(int1d), cell)) : int where reads(r.{x, y}) do
  var total = 0
  for p in r do total += p.x + p.y end
  return total % 1009
end

-- A task that launches others, with a trace of its own.
task twice(r : region(ispace(int1d), cell), by : int) where reads writes(r) do
  var p = partition(equal, r, ispace(int1d, 2))
  __demand(__trace)
  for k = 0, 3 do
    for color in p.colors do scale(p[color], by + k) end
  end
end

task run() : int
  var r = region(ispace(int1d, 40), cell)
  fill(r.{x, y}, 1)
  var blocks = partition(equal, r, ispace(int1d, 4))
  var halves = partition(equal, r, ispace(int1d, 2))
  var last = 0

  var k = 0
  __demand(__trace)
  while k < 6 do
    for color in blocks.colors do scale(blocks[color], 3) end
    for color in halves.colors do gather(halves[color], halves[color]) end
    twice(r, k)
    k += 1
  end

  __demand(__trace)
  for i = 0, 10 do
    scale(r, i)
    -- Every other time something else.
    if i % 2 == 0 then gather(halves[0], halves[1]) end
    if i == 8 then break end
  end

  __demand(__trace)
  for i in ispace(int2d, { 3, 2 }) do
    fill((blocks[0]).y, i.x + i.y)
    copy(r.x, r.y)
    scale(halves[i.y], i.x)
    __demand(__trace)
    for j = 0, 2 do scale(r, j) end
  end

  repeat
    __demand(__trace)
    do
      last = sum(r)
      scale(blocks[last % 4], last)
      k += 1
    end
  until k > 12

  -- The task looks at data within the trace, and deletes what it made.
  __demand(__trace)
  for i = 0, 6 do
    scale(halves[0], i)
    r[i].x += i
    var thirds = partition(equal, r, ispace(int1d, 3))
    for color in thirds.colors do scale(thirds[color], i + 2) end
    __delete(thirds)
  end
  __delete(r)
  return last
end

-- The same launches, in order and on numbers.
task expected() : int
  var x : int[40]
  var y : int[40]
  for i = 0, 40 do x[i] = 1 y[i] = 1 end
  for k = 0, 6 do
    for i = 0, 40 do x[i] = (x[i] * 3 + 1) % 1009 end
    for h = 0, 2 do
      for i = 0, 20 do y[20 * h] += x[20 * h + i] end
    end
    for j = 0, 3 do
      for i = 0, 40 do x[i] = (x[i] * (k + j) + 1) % 1009 end
    end
  end
  for k = 0, 9 do
    for i = 0, 40 do x[i] = (x[i] * k + 1) % 1009 end
    if k % 2 == 0 then
      for i = 0, 20 do y[20] += x[i] end
    end
  end
  for b = 0, 2 do
    for a = 0, 3 do
      for i = 0, 40 do y[i] = x[i] end
      for i = 20 * b, 20 * b + 20 do x[i] = (x[i] * a + 1) % 1009 end
      for j = 0, 2 do
        for i = 0, 40 do x[i] = (x[i] * j + 1) % 1009 end
      end
    end
  end
  var last = 0
  for k = 6, 13 do
    last = 0
    for i = 0, 40 do last += x[i] + y[i] end
    last = last % 1009
    var b = last % 4
    for i = 10 * b, 10 * b + 10 do x[i] = (x[i] * last + 1) % 1009 end
  end
  return last
end

task main()
  regentlib.assert(run() == expected(), "traces change nothing")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
