-- Unions, intersections and differences of partitions and of index spaces, and a region cut by a partition.
import "regent"

local c = regentlib.c

task add(r : region(ispace(int1d), int), n : int)
where reads writes(r) do
  for x in r do @x += n end
end

task value(r : region(ispace(int1d), int), i : int) : int
where reads(r) do
  return r[i]
end

task partitions()
  var r = region(ispace(int1d, 12), int)
  var s = region(ispace(int1d, 12), int1d)
  var colors = ispace(int1d, 2)
  for i in s do s[i] = int1d(i) % 2 end
  fill(r, 0)
  var halves = partition(equal, r, colors)
  var parity = preimage(s, partition(equal, region(ispace(int1d, 2), int), colors), s)
  var other = r & parity

  var both = halves & other
  var either = halves | other
  var less = halves - other
  for i in colors do add(both[i], 1) end
  for i in colors do add(either[i], 10) end
  for i in colors do add(less[i], 100) end
  -- Colour 0: below 6, even. Colour 1: from 6 on, odd.
  regentlib.assert(value(r, 0) == 11, "0 is in both of colour 0")
  regentlib.assert(value(r, 1) == 120, "1 is below 6 and odd: in unions of both colours, in the difference of 0")
  regentlib.assert(value(r, 6) == 120, "6 is even: in both unions, in the difference of 1")
  regentlib.assert(value(r, 7) == 11, "7 is in both of colour 1")
  regentlib.assert(less[0].ispace.volume == 3 and either[1].ispace.volume == 9, "volumes")
end

task spaces()
  var a = ispace(int2d, { 4, 4 })
  var b = ispace(int2d, { 4, 4 }, { 2, 2 })
  var either = a | b
  var both = a & b
  regentlib.assert(either.volume == 28 and both.volume == 4, "volumes")
  regentlib.assert(int2d { 5, 5 } <= either and not (int2d { 5, 0 } <= either), "points of an index space with holes")
  var r = region(either, int)
  fill(r, 1)
  var n = 0
  for e in r do n += r[e] end
  for e in either do n += 100 end
  regentlib.assert(n == 2828, "a region with holes")

  -- A piece of equal volume for each color.
  var p = partition(equal, r, ispace(int1d, 4))
  for i in p.colors do
    regentlib.assert(p[i].ispace.volume == 7, "equal pieces of a region with holes")
    for e in p[i] do r[e] += int(i) end
  end
  n = 0
  for e in r do n += r[e] end
  regentlib.assert(n == 28 + 7 * 6, "every point in one piece")
end

task main()
  partitions()
  spaces()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
