-- Field spaces: nested structs, paths, arrays as fields, whole elements.
import "regent"

local c = regentlib.c

struct vec { x : double, y : double }
fspace inner_cell { flag : bool, v : vec }
fspace cell {
  { a, b } : int,
  v : vec,
  deep : inner_cell,
  list : int[3],
  where_to : int1d,
}

task set_nested(r : region(ispace(int1d), cell))
where writes(r.v.x, r.deep.{ flag, v.y }) do
  for i in r do
    r[i].v.x = 0.5 * int(i)
    r[i].deep.flag = int(i) % 2 == 0
    r[i].deep.v.y = 4.0
  end
end

task set_rest(r : region(ispace(int1d), cell))
where writes(r.{ a, b, v.y, list, where_to }), writes(r.deep.v.x) do
  for e in r do
    e.a, e.b = int(e), -int(e)
    e.v.y = 1.0
    e.deep.v.x = 3.0
    for k = 0, 3 do e.list[k] = 10 * int(e) + k end
    e.where_to = int1d(e) + 1
  end
end

task check(r : region(ispace(int1d), cell)) : double
where reads(r) do
  var sum = 0.0
  for e in r do
    var whole = @e
    regentlib.assert(whole.a == int(e) and r[e].b == -int(e), "plain fields")
    regentlib.assert(whole.list[2] == 10 * int(e) + 2 and e.list[1] == 10 * int(e) + 1, "array field")
    regentlib.assert(whole.deep.flag == (int(e) % 2 == 0), "nested bool")
    regentlib.assert(int(e.where_to) == int(e) + 1, "index field")
    sum += e.v.x + e.v.y + e.deep.v.x + e.deep.v.y
  end
  return sum
end

task main()
  var r = region(ispace(int1d, 6), cell)
  set_nested(r)
  set_rest(r)
  regentlib.assert(check(r) == 7.5 + 6.0 + 18.0 + 24.0, "sum")

  var v : vec = { x = 8.0, y = 9.0 }
  r[2].v = v
  regentlib.assert(r[2].v.y == 9.0 and r[1].v.y == 1.0, "a struct field at once")
  r[3] = r[2]
  regentlib.assert(r[3].v.x == 8.0 and r[3].a == 2 and r[3].list[0] == 20, "a whole element")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
