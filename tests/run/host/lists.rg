-- Lists, and what is memoized.
import "regent"

local list = terralib.newlist({ 5, 3, 8 })
assert(terralib.islist(list) and not terralib.islist({}))
assert(terralib.israwlist({ 1, 2 }) and not terralib.israwlist({ x = 1 }))
list:insert(1)
list:insert(1, 9)
list:insertall({ 7, 7 })
assert(list:concat(" ") == "9 5 3 8 1 7 7")
assert(list:map(function(x) return 2 * x end):concat(" ") == "18 10 6 16 2 14 14")
assert(list:mapi(function(i, x) return i .. "=" .. x end)[2] == "2=5")
assert(list:filter(function(x) return x > 6 end):concat(" ") == "9 8 7 7")
assert(list:fold(0, function(sum, x) return sum + x end) == 40)
assert(list:reduce(math.max) == 9)
local few = terralib.newlist { 4, 7, 6 }
assert(few:reducei(function(i, a, b) return a + i * b end) == 4 + 2 * 7 + 3 * 6 and few:reduceori(0, function(i, a, b) return i end) == 3)
assert(few:foldi(1, function(i, a, b) return a + i * b end) == 1 + 4 + 2 * 7 + 3 * 6)
assert(terralib.newlist():reduceor(5, math.max) == 5 and few:reduceor(5, math.max) == 7)
assert(few:findi(function(i, x) return i == 2 end) == 7 and few:existsi(function(i, x) return i == 3 and x == 6 end))
assert(few:alli(function(i, x) return x > i end) and few:flatmapi(function(i, x) return { i, x } end):concat(",") == "1,4,2,7,3,6")
local by_parity = few:partition(function(x) return x % 2, 10 * x end)
assert(by_parity[0]:concat(",") == "40,60" and few:partitioni(function(i, x) return i > 1 end)[true]:concat(",") == "7,6")
assert(list:find(function(x) return x < 4 end) == 3)
assert(list:exists(function(x) return x == 8 end) and not list:all(function(x) return x == 8 end))
assert(list:flatmap(function(x) return terralib.newlist({ x, x }) end)[4] == 5)
assert(list:sub(2, 3):concat(" ") == "5 3" and list:sub(-2):concat(" ") == "7 7")
assert(list:rev()[1] == 7)
local keys, groups = list:group(function(x) return x % 2 end)
assert(keys:concat(" ") == "1 0" and groups[0]:concat(" ") == "8")
local sum = 0
list:app(function(x) sum = sum + x end)
assert(sum == 40)

local calls = 0
local pair = terralib.memoize(function(a, b)
  calls = calls + 1
  return a, b
end)
assert(select("#", pair(nil, 2)) == 2)
assert(select(2, pair(nil, 2)) == 2 and calls == 1)
pair(2, nil)
pair(2)
assert(calls == 3)

local values = list:map(function(x) return rexpr x end end)
task add(a : int, b : int, c : int) : int
  return a * 100 + b * 10 + c
end

task main()
  regentlib.assert(add([values:sub(1, 3)]) == 953, "spliced arguments")
end

regentlib.start(main)
