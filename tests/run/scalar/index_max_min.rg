-- `max` and `min` of indices, and reductions with them; arrays and integers as addresses.
import "regent"

local c = regentlib.c

struct config { path : int8[64], length : int }
terra config:set(folder : rawstring, name : rawstring) : int
  self.length = c.sprintf(self.path, "%s/", folder)
  c.sprintf(self.path + self.length, "%s", name)
  return c.strlen(self.path)
end
terra third(values : int[4]) : int return @(values + 2) end

task left_of(r : region(ispace(int1d), int), g : region(ispace(int1d), int))
where reads(g), reads writes(r) do
  for i in r do
    r[i] = g[max(i - 1, g.bounds.lo)] + g[min(i + 1, g.bounds.hi)]
  end
end

task main()
  var g = region(ispace(int1d, 5), int)
  for i in g do g[i] = 10 * int(i) end
  var r = region(ispace(int1d, 5), int)
  left_of(r, g)
  regentlib.assert(r[0] == 10 and r[2] == 40 and r[4] == 70, "neighbours")
  regentlib.assert(max(int1d(3), 7) == int1d(7) and min(int1d(3), int1d(-1)) == int1d(-1), "indices")
  var i = int1d(7)
  i min= int1d(3)
  i max= -2
  regentlib.assert(i == int1d(3), "smaller index")
  for k in ispace(int1d, 4, 2) do i max= k end
  regentlib.assert(i == int1d(5), "largest index of a loop")
  -- Of points one is the larger when it is in every component; else the second is taken.
  regentlib.assert(max(int2d { 4, 5 }, { 1, 2 }) == int2d { 4, 5 }, "point beyond")
  regentlib.assert(min(int2d { 4, 5 }, { 1, 2 }) == int2d { 1, 2 }, "point below")
  regentlib.assert(max(int2d { 4, 0 }, { 1, 2 }) == int2d { 1, 2 }, "points beside each other")
  var p = int3d { 5, 6, 7 }
  p min= { 1, 1, 1 }
  regentlib.assert(p == int3d { 1, 1, 1 }, "point reduced")
  var t : config
  regentlib.assert(t:set("dir", "file") == 8 and c.strcmp(t.path, "dir/file") == 0, "address in an array")
  regentlib.assert(third(array(1, 2, 3, 4)) == 3, "element by address")
  c.printf("max and min\n")
end
regentlib.start(main)

--[==[ OUTPUT
max and min
]==]
