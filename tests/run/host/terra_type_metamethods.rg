-- Types that Lua makes: entries, methods and names by metamethods, types that are declared before they are defined,
-- conversions of pointers that consist of casts, lists of symbols and values.
import "regent"

local c = regentlib.c

-- A list, whose nodes and owner name each other.
struct owner
struct node { value : int, next : &node, of : &owner }
struct owner { first : &node, count : int }
terra owner:push(n : &node, value : int)
  @n = node { value, self.first, self }
  self.first = n
  self.count = self.count + 1
end
terra chained()
  var a, b = node {}, node {}
  var o = owner { nil, 0 }
  o:push(&a, 3)
  o:push(&b, 4)
  return o.first.next.value * 100 + o.first.value * 10 + o.first.of.count
end
assert(chained() == 342)

local vector_of = terralib.memoize(function(T, n)
  local V = terralib.types.newstruct("vector")
  V.metamethods.__getentries = function(self)
    local entries = terralib.newlist()
    for i = 1, n do entries:insert({ field = "x" .. i, type = T }) end
    return entries
  end
  V.metamethods.__staticinitialize = function(self)
    self.methods.sum = terra(v : &V)
      var sum : T = 0
      escape for _, e in ipairs(self.entries) do emit quote sum = sum + v.[e.field] end end end
      return sum
    end
  end
  V.metamethods.__typename = function(self) return ("vector(%s, %d)"):format(tostring(T), n) end
  return V
end)
assert(tostring(vector_of(int, 3)) == "vector(int32, 3)")
terra summed()
  var v = [vector_of(double, 3)] { 1.0, 2.0, 4.5 }
  return v:sum()
end
assert(summed() == 7.5)

-- A pointer to the derived struct is one to its base, by a cast.
struct base { x : int }
terra base:get() return self.x end
struct derived { base : base, y : int }
derived.metamethods.__cast = function(from, to, e)
  if from == &derived and to == &base then return `[&base](e) end
  error("no conversion")
end
derived.metamethods.__getmethod = function(self, name) return self.methods[name] or base:getmethod(name) end
terra use(b : &base) return b:get() end
terra inherited()
  var d = derived { base { 4 }, 5 }
  return use(&d) * 10 + d:get()
end
assert(inherited() == 44)

local symbols = terralib.newlist { symbol(int, "a"), symbol(double, "b") }
terra several() return [terralib.newlist { 1, `2.5 }] end
terra lists()
  var [symbols] = 3, 4
  var [symbols[1]], x, [terralib.newlist { symbol(int), symbol(int) }] = 7, 8, 9, 10
  var y, z = several()
  return [symbols[1]] * 1000 + x * 100 + [symbols[2]] * 10 + y + z
end
assert(lists() == 7000 + 800 + 40 + 3.5)

local labs = terralib.externfunction("labs", int64 -> int64)
assert(labs(-5) == 5 and terralib.currenttimeinseconds() > 0)
local flat = terralib.newlist { 1, 2 }:flatmap(function(x) return { x, 10 * x } end)
assert(#flat == 4 and flat[4] == 20)

task main()
  c.printf("%d %g %d %g %d\n", chained(), summed(), inherited(), lists(), labs(-6))
end
regentlib.start(main)

--[==[ OUTPUT
342 7.5 44 7843.5 6
]==]
