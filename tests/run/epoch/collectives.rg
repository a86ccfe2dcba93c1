-- Dynamic collectives: values of many tasks, folded by phase.
import "regent"

local c = regentlib.c

task square(x : int) : int return x * x end

-- Brings a value that is there and one that is not.
task bring(x : int, y : int, z : dynamic_collective(int))
  arrive(z, y)
  var w = square(x)
  arrive(z, w)
end

task sums()
  var z = dynamic_collective(int, +, 4)
  must_epoch
    bring(2, 300, z)
    bring(5, 4000, z)
  end
  z = advance(z)
  var sum = dynamic_collective_get_result(z)
  regentlib.assert(sum == 4329, "of two tasks")
end

-- Each phase begins anew; the result is passed on before it is there.
task shard(i : int, z : dynamic_collective(double)) : double
  var last = 0.0
  for t = 0, 3 do
    z = arrive(z, i * 10 + t + 0.5)
    z = advance(z)
    var least = dynamic_collective_get_result(z)
    last += least * 2
  end
  return last
end

task total(x : double, y : double) : double return x + y end

task phases()
  var z = dynamic_collective(double, min, 3)
  must_epoch
    for i = 1, 4 do shard(i, z) end
  end
  var first = dynamic_collective_get_result(advance(z))
  var third = dynamic_collective_get_result(advance(advance(advance(z))))
  regentlib.assert(total(first, third) == 10.5 + 12.5, "the least of each phase")
end

task operators()
  var a, b, d = dynamic_collective(int64, *, 2), dynamic_collective(uint8, max, 2), dynamic_collective(float, -, 2)
  arrive(a, 6)
  arrive(b, 3)
  arrive(d, 1)
  arrive(a, square(2))
  arrive(b, 200)
  arrive(d, square(1) + 0.5)
  a, b, d = advance(a), advance(b), advance(d)
  regentlib.assert(dynamic_collective_get_result(a) == 24, "multiplied")
  regentlib.assert(dynamic_collective_get_result(b) == 200, "the greatest")
  regentlib.assert(dynamic_collective_get_result(d) == 2.5, "contributions of - are added")
end

task main()
  sums()
  phases()
  operators()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
