-- Results that are computed from other results before those are there.
import "regent"

local c = regentlib.c

struct pair { a : int, b : double }

task number(n : int) : int return n end
task half(n : int) : double return n / 2.0 end
task both(n : int) : pair return pair { a = n, b = n + 0.5 } end
task flag(n : int) : bool return n > 0 end
task wide() : uint64 return 0xfffffffffffffff0ULL end

task operators()
  var a, b = number(7), number(3)
  var sum = a + b * 2
  var quotient, rest = a / b, a % b
  var least, most = min(a, b), max(a, b)
  var negative, mixed = -a, a + half(5)
  var narrow : int8 = int8(wide())
  var cast = double(a) / b
  regentlib.assert(sum == 13 and quotient == 2 and rest == 1, "of integers")
  regentlib.assert(least == 3 and most == 7 and negative == -7 and mixed == 9.5, "of mixed types")
  regentlib.assert(narrow == -16 and cast == 7.0 / 3, "converted")
  var small = a < b
  var text = not flag(1) or small
  regentlib.assert(not small and not text, "of truth values")
end

task sums()
  var sum, factor, last, first = 100, 1, 0, -1
  var real = 0.0
  for i = 1, 6 do
    sum += number(i)
    sum -= 1
    factor *= number(i)
    real += half(i)
    last = number(i) * 10
    if i == 1 then first = last end
  end
  regentlib.assert(sum == 110 and factor == 120 and last == 50 and first == 10 and real == 7.5, "in loops")
  sum max= number(1000)
  sum min= number(999)
  sum /= number(9)
  regentlib.assert(sum == 111, "by other operators")
  var floats : float = 0.1
  floats += half(1)
  regentlib.assert(floats == [float](0.1) + [float](0.5), "in the type of the variable")
end

-- A variable that holds a result in some branches only.
task branches(n : int)
  var x = 5
  if n > 0 then x = number(n) else x += 1 end
  var y = x * 2
  if flag(n) then y += number(1) end
  x = 1
  return y + x
end

task members()
  var p = both(4)
  var a, b = p.a + 1, p.b * 2
  var q = p
  q.a = 9
  regentlib.assert(a == 5 and b == 9.0 and q.a == 9 and p.a == 4, "of structs")
end

-- What an expression does not need is not computed, and what it needs besides is taken at once.
task short_circuits()
  var r = region(ispace(int1d, 3), int)
  fill(r, 4)
  var there, zero = flag(-1), 0
  var i = 1
  var guarded = zero ~= 0 and 10 / zero > number(1)
  var other = there and 10 / zero > 1
  var taken = number(1) + i + r[0]
  i, r[0] = 100, 100
  regentlib.assert(not guarded and not other and taken == 6, "the values at the place in the program")
end

-- Loops without launches see values.
task plain_loops()
  var n, sum = number(10), number(1)
  var r = region(ispace(int1d, 10), int)
  for x in r do r[x] = n + int(x) end
  for x in r do sum += r[x] end
  while sum > n do sum -= n end
  regentlib.assert(sum == 6, "and leave them behind")
  sum += number(1)
  regentlib.assert(sum == 7, "for what comes after")
end

task write(r : region(ispace(int1d), int), n : int, d : double) : int
where writes(r) do
  for x in r do @x = n + int(d) end
  return n
end

-- Arguments that are computed are passed on.
task arguments()
  var r = region(ispace(int1d, 4), int)
  var n = number(20)
  var m = write(r, n + 1, n * 0.5)
  regentlib.assert(r[3] == 31 and m == 21, "as arguments")
  var p = partition(equal, r, ispace(int1d, 2))
  var total = m
  __demand(__index_launch)
  for i = 0, 2 do total += write(p[i], n, 0.0) end
  total += 1
  regentlib.assert(total == 62 and r[0] == 20, "folded into a result")
end

task main()
  operators()
  sums()
  regentlib.assert(branches(3) == 8 and branches(0) == 13, "in branches")
  members()
  short_circuits()
  plain_loops()
  arguments()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
