-- Index spaces, regions and partitions as parameters.
import "regent"

local c = regentlib.c

task on_space(is : ispace(int1d), a : region(is, int), b : region(is, int)) : int
where reads(a), reads writes(b) do
  var n = 0
  for i in is do
    b[i] += a[i]
    n += 1
  end
  return n
end

task pieces(r : region(ispace(int1d), int), p : partition(disjoint, r, ispace(int1d))) : int
where reads writes(r) do
  var n = 0
  for color in p.colors do
    var piece = p[color]
    for i in piece do
      piece[i] *= 2
      n += 1
    end
  end
  return n
end

task no_privileges(r : region(ispace(int2d), double)) : int
  var n = 0
  for p in r do n += 1 end
  return n
end

task main()
  var is = ispace(int1d, 12)
  var a = region(is, int)
  var b = region(is, int)
  fill(a, 1)
  fill(b, 10)
  regentlib.assert(on_space(is, a, b) == 12, "an index space")
  regentlib.assert(b[11] == 11, "its regions")
  var p = partition(equal, b, ispace(int1d, 5))
  regentlib.assert(pieces(b, p) == 12, "a partition")
  regentlib.assert(b[0] == 22 and b[11] == 22, "its subregions")
  var grid = region(ispace(int2d, { 3, 5 }), double)
  regentlib.assert(no_privileges(grid) == 15, "a region without privileges")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
