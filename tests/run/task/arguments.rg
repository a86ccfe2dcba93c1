-- Arguments are converted, copied, and evaluated from left to right.
import "regent"

local c = regentlib.c

struct wide { data : int64[16] }

task many(a : int8, b : int16, x : float, d : int64, e : bool, f : double, g : uint8, p : int3d) : double
  return a + b + x + d + int(e) + f + g + p.x + p.y + p.z
end

task take(w : wide, k : int) : int64
  w.data[k] += 1
  return w.data[k]
end

task change(n : int) : int
  n = n * 2
  return n
end

task main()
  regentlib.assert(many(1, 2, 0.5f, 3, true, 0.25, 4, int3d { 1, 2, 3 }) == 17.75, "many types")
  regentlib.assert(change(2.9) == 4, "converted")
  var n = 5
  regentlib.assert(change(n) == 10 and n == 5, "copied")
  var w : wide
  for i = 0, 16 do w.data[i] = i end
  regentlib.assert(take(w, 15) == 16 and w.data[15] == 15, "a large argument")
  regentlib.assert(change(change(change(1))) == 8, "nested calls")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
