-- Writers and readers of one region take effect in program order, however many workers there are.
import "regent"

local c = regentlib.c

task multiply_add(r : region(ispace(int1d), int64), a : int64, b : int64)
where reads writes(r) do
  for i in r do r[i] = (a * r[i] + b) % 1000003 end
end

task total(r : region(ispace(int1d), int64)) : int64
where reads(r) do
  var s : int64 = 0
  for i in r do s += r[i] end
  return s
end

task copy_into(dst : region(ispace(int1d), int64), src : region(ispace(int1d), int64))
where writes(dst), reads(src) do
  for i in dst do dst[i] = src[i] end
end

-- The same in plain C order.
task expected(n : int, turns : int) : int64
  var s : int64 = 0
  for k = 0, n do
    var v : int64 = 1
    for t = 0, turns do
      v = (v * (t + 2) + 7) % 1000003
      s += v
    end
  end
  return s
end

task main()
  var n, turns = 50, 60
  var is = ispace(int1d, n)
  var r = region(is, int64)
  var copies = region(is, int64)
  fill(r, 1)
  var sum : int64 = 0
  for t = 0, turns do
    multiply_add(r, t + 2, 7)
    copy_into(copies, r)
    sum += total(copies)
  end
  regentlib.assert(sum == expected(n, turns), "program order")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
