-- Points of a loop that interfere with each other run in the order of the loop.
import "regent"

local c = regentlib.c

task step(r : region(ispace(int1d), int64), k : int64) where reads writes(r) do
  for i in r do r[i] = (10 * r[i] + k) % 1000000007LL end
end

task append(dst : region(ispace(int1d), int64), src : region(ispace(int1d), int64))
where reads writes(dst), reads(src) do
  for i in dst do dst[i] = 3 * dst[i] + src[int(src.bounds.lo)] end
end

task main()
  var n = 6
  var r = region(ispace(int1d, 12), int64)
  var p = partition(equal, r, ispace(int1d, n))
  fill(r, 0)

  -- All points write the same piece.
  for i = 0, 5 do
    step(p[i % 1], i + 1)
  end
  regentlib.assert(r[0] == 12345 and r[2] == 0, "the same piece")

  -- Some points do.
  fill(r, 0)
  for i = 0, 12 do
    step(p[i / 2], i)
  end
  for i = 0, n do
    regentlib.assert(r[2 * i] == 10 * (2 * i) + 2 * i + 1, "pairs of points")
  end

  -- Each point reads what the one before it wrote.
  for i in r do r[i] = 1 end
  for i = 1, n do
    append(p[i], p[i - 1])
  end
  regentlib.assert(r[0] == 1 and r[2] == 4 and r[4] == 7 and r[10] == 16, "a chain")

  -- A region that is the same for all points.
  fill(r, 0)
  for i = 0, 4 do
    step(r, i + 1)
  end
  regentlib.assert(r[11] == 1234, "an invariant region")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
