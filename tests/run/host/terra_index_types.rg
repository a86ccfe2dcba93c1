-- Index types and types of arrays as terra code sees them.
import "regent"

terra volume(p : int3d) return p.__ptr.x * p.__ptr.y * p.__ptr.z end
terra twice(i : int1d) return i.__ptr * 2 end

local function length(T)
  local handle = symbol(int, "handle")
  return terra()
    var [handle] = T.N
    return handle + [terralib.sizeof(T.type)]
  end
end

task main()
  var r = region(ispace(int1d, 4), double)
  for p in r do regentlib.assert(int(p.__ptr) >= 0, "a pointer's index") end
  regentlib.c.printf("%d %d %d\n", volume({2, 3, 4}), twice(21), [length(double[5])]())
end
regentlib.start(main)

--[==[ OUTPUT
24 42 13
]==]
