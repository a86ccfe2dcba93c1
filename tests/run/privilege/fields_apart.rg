-- Tasks on different fields of the same region do not order each other, those on the same field do.
import "regent"

local c = regentlib.c

fspace cell { a : int, b : int, d : int }

task next_a(r : region(ispace(int1d), cell)) where reads writes(r.a) do
  for i in r do r[i].a = 3 * r[i].a + 1 end
end
task next_b(r : region(ispace(int1d), cell)) where reads writes(r.b) do
  for i in r do r[i].b = 5 * r[i].b + 2 end
end
task mix(r : region(ispace(int1d), cell)) where reads(r.{ a, b }), writes(r.d) do
  for i in r do r[i].d = r[i].a - r[i].b end
end
task last(r : region(ispace(int1d), cell)) : int where reads(r.d) do
  return r[int(r.bounds.hi)].d
end

task main()
  var r = region(ispace(int1d, 30), cell)
  fill(r.{ a, b, d }, 0)
  var a, b = 0, 0
  for t = 0, 4 do
    next_a(r)
    next_b(r)
    mix(r)
    a, b = 3 * a + 1, 5 * b + 2
    regentlib.assert(last(r) == a - b, "both fields")
    next_b(r)
    b = 5 * b + 2
  end
  regentlib.assert(r[7].b == b and r[0].a == a, "in the end")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
