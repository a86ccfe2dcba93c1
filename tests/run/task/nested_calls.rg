-- Tasks that call tasks with parts of their privileges.
import "regent"

local c = regentlib.c

fspace cell { a : int, b : int }

task set_a(r : region(ispace(int1d), cell), v : int)
where writes(r.a) do
  for i in r do r[i].a = v end
end

task add_to_b(r : region(ispace(int1d), cell))
where reads(r.a), reads writes(r.b) do
  for i in r do r[i].b += r[i].a end
end

task both(r : region(ispace(int1d), cell), v : int)
where reads writes(r) do
  set_a(r, v)
  add_to_b(r)
  set_a(r, v + 1)
  add_to_b(r)
end

task outer(r : region(ispace(int1d), cell))
where reads writes(r) do
  both(r, 10)
  -- The task accesses the region between two calls.
  for i in r do r[i].b += 1000 end
  both(r, 20)
end

task main()
  var r = region(ispace(int1d, 5), cell)
  for i in r do
    r[i].a, r[i].b = 0, int(i)
  end
  outer(r)
  for i in r do
    regentlib.assert(r[i].a == 21, "a")
    regentlib.assert(r[i].b == 10 + 11 + 1000 + 20 + 21 + int(i), "b")
  end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
