-- `for` over index spaces: the first coordinate varies fastest.
import "regent"

local c = regentlib.c

task main()
  for i in ispace(int1d, 4) do
    if int(i) > 0 then c.printf(" ") end
    c.printf("%lld", int64(i))
  end
  c.printf("\n")

  var from_ten = ispace(int1d, 3, 10)
  for i in from_ten do
    if int(i) > 10 then c.printf(" ") end
    c.printf("%lld", int64(i))
  end
  c.printf("\n")

  var first = true
  for p in ispace(int2d, { 2, 3 }) do
    if not first then c.printf(" ") end
    first = false
    c.printf("(%lld,%lld)", p.x, p.y)
  end
  c.printf("\n")

  first = true
  for p in ispace(int3d, { 2, 2, 2 }) do
    if not first then c.printf(" ") end
    first = false
    c.printf("(%lld,%lld,%lld)", p.x, p.y, p.z)
  end
  c.printf("\n")

  for i in ispace(int1d, 0) do
    regentlib.assert(false, "an empty index space")
  end
end

regentlib.start(main)

--[==[ OUTPUT
0 1 2 3
10 11 12
(0,0) (1,0) (0,1) (1,1) (0,2) (1,2)
(0,0,0) (1,0,0) (0,1,0) (1,1,0) (0,0,1) (1,0,1) (0,1,1) (1,1,1)
]==]
