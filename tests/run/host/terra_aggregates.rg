-- Terra's tuples and constructors, variables of loops that change, operators that are macros, bounds of types.
import "regent"

-- A loop runs as often as its bounds say, whatever its body does with the variable.
terra changed_variable() : int
  var sum = 0
  for i = 0, 10 do
    i = i + 100
    sum = sum + i
  end
  for i = 10, 0, -3 do
    var p = &i
    @p = @p * 2
    sum = sum + i
  end
  return sum
end
assert(changed_variable() == 1045 + 44)

terra two(a : int, b : double) return a * 2, b / 2 end
terra unpacked() : double
  var a, b = two(3, 5)
  var c : int
  c, b = two(4, b)
  var first, second, third = 1, two(5, 6)
  return a * 1000 + c * 100 + second * 10 + third + b
end
assert(unpacked() == 6000 + 800 + 100 + 3 + 1.25)
local result = two(1, 1)
assert(result._0 == 2 and result._1 == 0.5)

struct settings { width : int, height : int, scale : double, name : rawstring }
terra some() : settings
  return settings { scale = 2.5, width = 4 }
end

struct vec { x : double, y : double }
vec.metamethods.__add = macro(function(a, b) return `vec { x = a.x + b.x, y = a.y + b.y } end)
vec.metamethods.__unm = macro(function(a) return `vec { x = -a.x, y = -a.y } end)
vec.metamethods.__mul = macro(function(a, b)
  if a:gettype() == vec then return `vec { x = a.x * b, y = a.y * b } end
  return `vec { x = a * b.x, y = a * b.y }
end)

-- Without a `return` on the way that it takes, the value is zero.
terra partial(x : int) : int
  if x > 0 then return x end
end

struct either { kind : int8; union { number : double; bytes : uint8[8]; pair : tuple(int, int) }; last : int16 }
assert(terralib.sizeof(either) == 24)
local made = terralib.types.newstruct("made")
made.entries:insert({ "kind", int })
made.entries:insert(terralib.newlist { { "a", int64 }, { field = "b", type = uint8 } })
assert(terralib.sizeof(made) == 16)
terra members() : int
  var e = either { kind = 1, number = 1.0 }
  e.last = 5
  var m : made
  m.a = 0x102
  return e.bytes[7] + e.pair._1 / 0x100000 + e.last + m.b
end
assert(members() == 0x3f + 0x3ff + 5 + 2)

terra choose(x : int, y : int) : int
  var sum = 0
  for i = 0, 4 do
    switch x + i do
      case 1 then
        sum = sum + 1
      case y then
        sum = sum + 10
      case 3 then break
      end
    else
      var case = 100
      sum = sum + case
    end
  end
  switch sum do end
  switch sum do else return sum end
end
assert(choose(0, 2) == 111 and choose(4, 5) == 310)

task main()
  var s = some()
  regentlib.assert(s.width == 4 and s.scale == 2.5, "some members")

  var v = vec { x = 1.0, y = 2.0 }
  var w = 2.0 * v + -v * 3.0
  w += v
  regentlib.assert(w.x == 0.0 and w.y == 0.0, "operators that are macros")

  regentlib.assert(partial(3) == 3 and partial(-3) == 0, "no return")
  regentlib.assert([int64:max()] == 9223372036854775807LL and [int8:min()] == -128, "bounds of integers")
  regentlib.assert([uint16:max()] == 65535 and [uint32:min()] == 0 and [float:min()] < -1e38f, "bounds")
  regentlib.c.printf("aggregates\n")
end
regentlib.start(main)

--[==[ OUTPUT
aggregates
]==]
