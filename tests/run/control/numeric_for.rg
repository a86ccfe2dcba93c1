-- `for` over numbers: the upper bound is excluded, bounds are evaluated once.
import "regent"

local c = regentlib.c

task main()
  var sum = 0
  for i = 0, 5 do sum += i end
  regentlib.assert(sum == 10, "upper bound excluded")

  sum = 0
  for i = 1, 10, 3 do sum = 10 * sum + i end
  regentlib.assert(sum == 147, "step")

  sum = 0
  for i = 5, 0, -1 do sum = 10 * sum + i end
  regentlib.assert(sum == 54321, "downwards")

  sum = 0
  for i = 3, 3 do sum += 1 end
  for i = 3, 0 do sum += 1 end
  regentlib.assert(sum == 0, "empty")

  var limit = 3
  var turns = 0
  for i = 0, limit do
    limit = 100
    turns += 1
  end
  regentlib.assert(turns == 3, "the bound is evaluated once")

  for i : int64 = 4294967296LL, 4294967298LL do turns += 1 end
  regentlib.assert(turns == 5, "declared type")

  for i = 0, 10 do
    if i == 4 then break end
    turns = i
  end
  regentlib.assert(turns == 3, "break")

  sum = 0
  for i = 0, 3 do
    for j = i, 3 do
      sum += 10 * i + j
    end
  end
  regentlib.assert(sum == 48, "nested")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
