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

task main()
  format.println("{} {} {} {}", sum_below(5), factors(35), factors(13), drain(20))
  format.println("{} {}", skip(true), skip(false))
end
regentlib.start(main)

--[==[ OUTPUT
10 507 0 7
-1.000000 3.500000
]==]
