-- Lists of numbers and points: making them, their elements, as arguments and results.
import "regent"

local c = regentlib.c

task total(l : regentlib.list(int)) : int
  var sum = 0
  for x in l do sum += x end
  return sum
end

task first_of(l : regentlib.list(regentlib.list(double)), i : int)
  return l[i][0]
end

-- A result outlives the task, the argument does not.
task same(l : regentlib.list(int)) : regentlib.list(int)
  return l
end

task shifted(l : regentlib.list(int), n : int)
  var wide = list_range(0, 100)
  return wide[list_range(l[0] + n, l[0] + n + 3)]
end

task table(l : regentlib.list(int)) : regentlib.list(regentlib.list(double))
  var row = list_from_element(l, 1.5)
  return list_from_element(l, row)
end

__demand(__inline)
task inlined(l : regentlib.list(int), i : int)
  return l[i] + total(l)
end

__demand(__leaf)
task leaf(l : regentlib.list(int)) : uint64
  var sum : uint64 = l:num_leaves()
  for i = 0, 3 do
    var m = list_range(i, 2 * i)
    sum += m:num_leaves()
  end
  return sum
end

task ranges()
  var l = list_range(3, 8)
  regentlib.assert(l[0] == 3 and l[4] == 7 and l:num_leaves() == 5, "a range")
  regentlib.assert(total(l) == 25 and inlined(l, 1) == 29 and leaf(l) == 8, "as an argument")
  regentlib.assert(total(list_range(2, 2)) == 0 and total(list_range(5, -5)) == 0, "empty ranges")
  var d : double = 2.9
  var b : uint8 = 1
  regentlib.assert(l[d] == 5 and l[b] == 4, "indices are converted")
  var m = l[list_range(1, 3)]
  regentlib.assert(m:num_leaves() == 2 and m[0] == 4 and m[1] == 5, "a slice")
  l = m
  regentlib.assert(l[1] == 5 and total(same(l)) == 9, "assigned")
  var s = shifted(l, 10)
  regentlib.assert(s[0] == 14 and s[2] == 16, "a result")
  for i = 0, 100 do
    if i % 2 == 0 then s = same(s) else s = shifted(list_range(i, i + 2), -i) end
  end
  regentlib.assert(s[0] == 0 and s[2] == 2, "assigned again and again")
end

task nested()
  var t = table(list_range(0, 4))
  regentlib.assert(t:num_leaves() == 16 and t[3][2] == 1.5 and first_of(t, 2) == 1.5, "a list of lists")
  var shape = list_from_element(t[list_range(0, 2)], int2d { 4, 5 })
  regentlib.assert(shape:num_leaves() == 8 and shape[1][3].y == 5, "of the same shape")
  var deep = list_from_element(list_range(0, 2), shape)
  regentlib.assert(deep:num_leaves() == 16 and deep[1][0][3].x == 4, "three deep")
  for i = 0, 3 do
    for x in list_range(0, 100) do
      if x == 2 then break end
      regentlib.assert(t[i][x] == 1.5, "in a loop")
    end
  end
end

task points()
  var is = ispace(int2d, { 3, 2 }, { 1, 5 })
  var l = list_ispace(is)
  regentlib.assert(l:num_leaves() == 6, "as many as points")
  var k = 0
  for p in l do
    regentlib.assert(p.x == 1 + k % 3 and p.y == 5 + k / 3, "in order")
    k += 1
  end
  var r = region(is, int)
  for p in is do r[p] = 0 end
  r[l[4]] = 7
  regentlib.assert(r[{ 2, 6 }] == 7, "an index")
  var one = list_ispace(r.ispace)
  regentlib.assert(one[5].x == 3 and one[5].y == 6, "of a region")
  var line = ispace(int1d, 10)
  var s = region(line, int)
  fill(s, 1)
  var p = partition(equal, s, ispace(int1d, 5))
  var holes = (p[1].ispace | p[3].ispace)
  var with_gap = list_ispace(holes)
  var sum = 0
  for x in with_gap do sum += int(x) end
  regentlib.assert(with_gap:num_leaves() == 4 and sum == 2 + 3 + 6 + 7, "not dense")
end

-- Index launches with lists as arguments.
task pick(r : region(ispace(int1d), int), l : regentlib.list(int), i : int)
where writes(r) do
  for x in r do @x = l[i] end
end

task count(l : regentlib.list(int), i : int) : int
  return l[i] * 10
end

task launches()
  var r = region(ispace(int1d, 8), int)
  var p = partition(equal, r, ispace(int1d, 4))
  var l = list_range(5, 9)
  __demand(__index_launch)
  for i = 0, 4 do pick(p[i], l, i) end
  for x in r do regentlib.assert(@x == 5 + int(x) / 2, "each point got the list") end
  var sum = 0
  __demand(__index_launch)
  for i = 0, 4 do sum += count(l, i) end
  regentlib.assert(sum == 260, "and returns from it")
  __demand(__index_launch)
  for i = 0, 4 do same(l) end
end

task main()
  ranges()
  nested()
  points()
  launches()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
