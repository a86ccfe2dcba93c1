-- Index launches whose results are folded into an element of an array, a member, a plain variable.
import "regent"

struct counts { points : int64, sums : int64[3] }

task number(i : int) : int64 return i end
task count_of(r : region(ispace(int1d), int)) : int64
where reads(r) do
  var n : int64 = 0
  for i in r do n += r[i] end
  return n
end

task main()
  var r = region(ispace(int1d, 12), int)
  var p = partition(equal, r, ispace(int1d, 4))
  fill(r, 2)
  var a : int64[3]
  for k = 0, 3 do a[k] = k end
  var c : counts
  c.points = 1
  for k = 0, 3 do
    c.sums[k] = 0
    __demand(__index_launch)
    for i = 0, 10 do a[k] += number(i) end
    __demand(__index_launch)
    for i in p.colors do c.sums[k] += count_of(p[i]) end
    __demand(__index_launch)
    for i in p.colors do c.points max= count_of(p[i]) end
  end
  for k = 0, 3 do
    regentlib.assert(a[k] == 45 + k and c.sums[k] == 24, "elements")
  end
  regentlib.assert(c.points == 6, "a member")
  regentlib.c.printf("reduced launches\n")
end
regentlib.start(main)

--[==[ OUTPUT
reduced launches
]==]
