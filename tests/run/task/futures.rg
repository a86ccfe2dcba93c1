-- Results that nobody has looked at yet flow into other tasks, arithmetic, assignments and conditions.
import "regent"

local c = regentlib.c

task one() : int return 1 end
task add(a : int, b : int) : int return a + b end
task half(x : int) : double return x / 2.0 end

task main()
  var total = 0
  for i = 0, 20 do
    total = add(total, one())
  end
  regentlib.assert(total == 20, "a chain of calls")

  var x = one()
  var y = x + 4
  x = add(y, y)
  regentlib.assert(x == 10 and y == 5, "arithmetic")

  var z : double = half(x) * 2.0
  z += half(one())
  regentlib.assert(z == 10.5, "another type")

  if add(x, y) > 14 then
    y = 100
  end
  regentlib.assert(y == 100, "a condition")

  var count = 0
  while add(count, 0) < 3 do
    count += one()
  end
  regentlib.assert(count == 3, "a loop")
  for i = one(), add(one(), 3) do
    count += i
  end
  regentlib.assert(count == 9, "loop bounds")

  var never_used = half(7)
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
