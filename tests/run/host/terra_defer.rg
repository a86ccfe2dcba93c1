-- `defer`: a call at the end of the block, whichever way it is left; the last one comes first.
import "regent"

local c = regentlib.c

struct log { text : int8[64], length : int }
terra log:add(letter : int8)
  self.text[self.length] = letter
  self.length = self.length + 1
end

local letter = macro(function(text) return `[int8]([string.byte(text:asvalue())]) end)

terra returns_early(to : &log, n : int) : int
  defer to:add(letter("z"))
  for i = 0, 4 do
    defer to:add(letter("i"))
    if i == n then return to.length end
    to:add(letter("b"))
  end
  to:add(letter("e"))
  return to.length
end

terra freed(values : &int, count : int) : int
  var copy = [&int](c.malloc(count * sizeof(int)))
  defer c.free(copy)
  c.memcpy(copy, values, count * sizeof(int))
  var sum = 0
  for i = 0, count do sum = sum + copy[i] end
  return sum
end

task main()
  var l : log
  l.length = 0
  regentlib.assert(returns_early(&l, 1) == 2, "the result is computed before")
  l:add(0)
  regentlib.assert(c.strcmp(l.text, "biiz") == 0, "left by a return")
  l.length = 0
  regentlib.assert(returns_early(&l, 9) == 9, "the result at the end")
  l:add(0)
  regentlib.assert(c.strcmp(l.text, "bibibibiez") == 0, "left at the end")
  var values = array(1, 2, 3)
  regentlib.assert(freed(&values[0], 3) == 6, "memory")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
