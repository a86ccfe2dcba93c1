-- `while`, `repeat` and `break`.
import "regent"

local c = regentlib.c

task below(x : int, limit : int) : bool
  return x < limit
end

task main()
  var n = 0
  while n < 5 do
    n += 1
  end
  regentlib.assert(n == 5, "while")

  -- The condition is a task call.
  while below(n, 8) do
    n += 1
  end
  regentlib.assert(n == 8, "while over a task's result")

  while true do
    n += 1
    if n > 20 then
      break
    end
  end
  regentlib.assert(n == 21, "break")

  var inner_turns = 0
  for i = 0, 3 do
    while true do
      inner_turns += 1
      if inner_turns % 4 == 0 then break end
    end
  end
  regentlib.assert(inner_turns == 12, "break leaves the inner loop")

  var turns = 0
  repeat
    var next = turns + 1
    turns = next
  until next >= 3
  regentlib.assert(turns == 3, "repeat sees variables of its body")
  repeat turns += 1 until true
  regentlib.assert(turns == 4, "repeat runs at least once")
  var left = 0
  for i = 0, 3 do
    repeat
      left += 1
      if left % 2 == 0 then break end
    until left % 5 == 0
  end
  regentlib.assert(left == 5, "break leaves the repeat, not the loop around it")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
