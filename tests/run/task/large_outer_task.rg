-- RUN: run
-- A task of a generator, with so many launches and so much between them that it is compiled without inlining.
import "regent"

fspace cell { value : int64 }

task step(r : region(ispace(int1d), cell), amount : int64)
where reads writes(r) do
  for c in r do c.value += amount end
  return amount
end

task total(r : region(ispace(int1d), cell))
where reads(r) do
  var sum : int64 = 0
  for c in r do sum += c.value end
  return sum
end

local launches = terralib.newlist()
local cells = regentlib.newsymbol("cells")
local pieces = regentlib.newsymbol("pieces")
local expected = regentlib.newsymbol(int64, "expected")
for k = 1, 120 do
  -- A long expression of the task's own variables, as the conditions of such generated programs are.
  local amount = rexpr k + expected % 7 end
  for m = 1, 30 do
    amount = rexpr amount + (expected + m) % (m + 1) * (expected % (m + 2)) end
  end
  launches:insert(rquote
    var amount = [amount]
    for c in pieces.colors do step(pieces[c], amount) end
    expected += step(cells, amount) % 1000
    if total(cells) < 0 then regentlib.assert(false, "the sum fell below zero") end
  end)
end

task main()
  var [cells] = region(ispace(int1d, 8), cell)
  var [pieces] = partition(equal, cells, ispace(int1d, 4))
  fill(cells.value, 0)
  var [expected] = 1;
  [launches]
  regentlib.c.printf("expected %lld, total %lld\n", expected, total(cells))
end
regentlib.start(main)

--[==[ OUTPUT
expected 63382, total 4742096
]==]
