-- Labels and `goto` of terra functions: backwards, forwards over variables, out of nested blocks.
import "regent"

local format = require("std/format")

struct pair { a : int, b : double }

terra sum_below(n : int) : int
  var i, total = 0, 0
  ::top::
  if i >= n then goto done end
  total = total + i
  i = i + 1
  goto top
  ::done::
  return total
end

-- The first pair whose product is n, packed; 0 when there is none.
terra factors(n : int) : int
  for i = 2, n do
    for j = i, n do
      if i * j == n then goto found end
      if i * j > n then break end
      goto next
      ::found::
      return 100 * i + j
      ::next::
    end
  end
  return 0
end

terra skip(is_short : bool) : double
  if is_short then goto finish end
  var p = pair { 1, 2.5 }
  var x : double = p.a + p.b
  if x > 3 then return x end
  ::finish::
  return -1
end

terra drain(n : int) : int
  var steps = 0
  while true do
    repeat
      steps = steps + 1
      n = n - 3
      if n < 0 then goto out end
    until n % 2 == 0
  end
  ::out::
  return steps
end

assert(sum_below(10) == 45)

-- A quote that jumps inside itself, and one that jumps out of itself, twice in one function.
local function unless(condition, body)
  return quote
    if condition then goto done end
    [body]
    ::done::
  end
end
local leave = quote goto out end
terra jumps(x : int)
  var r = 0;
  [unless(`x > 1, quote r = r + 1 end)];
  [unless(`x > 2, quote r = r + 10 end)]
  if x == 0 then [leave] end
  if x == 3 then [leave] end
  r = r + 100
  ::out::
  return r
end
local function three_times(total)
  return quote
    do
      var n = 0
      ::again::
      n = n + 1
      if n < 3 then goto again end
      total = total + n
    end
  end
end
terra nine()
  var total = 0
  escape
    local q = three_times(total)
    for i = 1, 3 do emit(q) end
  end
  return total
end
assert(jumps(0) == 11 and jumps(2) == 110 and jumps(3) == 0 and nine() == 9)

task main()
  format.println("{} {} {} {}", sum_below(5), factors(35), factors(13), drain(20))
  format.println("{} {}", skip(true), skip(false))
end
regentlib.start(main)

--[==[ OUTPUT
10 507 0 7
-1.000000 3.500000
]==]
