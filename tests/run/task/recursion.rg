-- Tasks call themselves; hundreds of them wait for their children at the same time.
import "regent"

local c = regentlib.c

task fib(n : int) : int
  if n < 2 then
    return n
  end
  var a = fib(n - 1)
  var b = fib(n - 2)
  return a + b
end

task depth(n : int) : int
  if n == 0 then
    return 0
  end
  return 1 + depth(n - 1)
end

task main()
  regentlib.assert(fib(12) == 144, "fib")
  regentlib.assert(depth(200) == 200, "depth")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
