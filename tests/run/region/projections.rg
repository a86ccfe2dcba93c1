-- Projected regions: the same elements with other names and fewer fields.
import "regent"

local c = regentlib.c

struct vec2 { x : double, y : double }
fspace cell { id : int64, v : vec2, w : vec2, flag : bool }

task fill_ids(r : region(ispace(int1d), int64), step : int64)
where writes(r) do
  var next : int64 = 0
  for i in r do
    @i = next
    next += step
  end
end

task sum(r : region(ispace(int1d), double)) : double
where reads(r) do
  var total = 0.0
  for i in r do total += @i end
  return total
end

struct pair { b : double, a : double }
-- The fields come in another order than in any argument.
task set_pair(r : region(ispace(int1d), pair), a : double, b : double)
where writes(r.a), reads writes(r.b) do
  for i in r do
    i.a = a
    i.b = b
  end
end

task add_to(r : region(ispace(int1d), pair), n : double)
where reduces +(r.a) do
  for i in r do i.a += n end
end

task whole()
  var r = region(ispace(int1d, 5), cell)
  fill(r.{id}, 0)
  fill(r.{v.x, v.y, w.x, w.y}, 0.0)
  fill(r.flag, false)
  fill_ids(r.{id}, 3)
  for i in r do regentlib.assert(i.id == 3 * int64(i), "one field") end

  set_pair(r.{a = v.x, b = v.y}, 1.0, 2.0)
  set_pair(r.{b = w.x, a = w.y}, 3.0, 4.0)
  for i in r do
    regentlib.assert(i.v.x == 1.0 and i.v.y == 2.0, "renamed")
    regentlib.assert(i.w.x == 4.0 and i.w.y == 3.0, "renamed the other way")
  end
  add_to(r.{a = w.y, b = w.x}, 0.5)
  regentlib.assert(sum(r.{w.y}) == 5 * 3.5, "reduced")
  regentlib.assert(sum(r.{v.y}) == 10.0, "others are as they were")

  -- As variables, with groups of fields.
  var s = r.{v}
  var t = r.{g = v.{x = x}, g = w.{y = y}, id}
  for i in s do
    s[i].x = double(int64(i))
    s[i].y += 1.0
  end
  for i in t do
    regentlib.assert(i.g.x == double(int64(i)) and i.g.y == 3.5, "a group of two fields")
    i.g.y = 7.0
    i.id = -i.id
  end
  regentlib.assert(sum(r.{v.x}) == 10.0 and sum(r.{w.y}) == 35.0, "through variables")
  var p = dynamic_cast(int1d(vec2, s), 2)
  p.x = 100.0
  regentlib.assert(r[2].v.x == 100.0 and s[2].x == 100.0 and r[2].id == -6, "by a pointer")
  fill(t.g, { x = 1.0, y = 2.0 })
  regentlib.assert(sum(r.{v.x}) == 5.0, "a fill of a projection")
end

task accumulate(r : region(ispace(int2d), vec2), n : double)
where reads writes(r.x), reads(r.y) do
  for i in r do r[i].x = r[i].x + n * r[i].y end
end

task total(r : region(ispace(int2d), double)) : double
where reads(r) do
  var result = 0.0
  for i in r do result += @i end
  return result
end

fspace grid { a : double, b : double, c : double }

-- Pieces of a region, in index launches and out of them.
task pieces()
  var r = region(ispace(int2d, { 6, 4 }), grid)
  fill(r.a, 1.0)
  fill(r.b, 2.0)
  fill(r.c, 3.0)
  var p = partition(equal, r, ispace(int2d, { 3, 2 }))
  __demand(__index_launch)
  for i in p.colors do accumulate(p[i].{x = a, y = b}, 1.0) end
  __demand(__index_launch)
  for i in p.colors do accumulate(p[i].{y = a, x = c}, 2.0) end
  for x = 2, -1, -1 do accumulate(p[{ x, 0 }].{x = b, y = c}, 0.0) end
  var sums = 0.0
  __demand(__index_launch)
  for i in p.colors do sums += total(p[i].{c}) end
  regentlib.assert(sums == 24 * 9.0, "the sum of one field")
  regentlib.assert(total(r.{a}) == 24 * 3.0 and total(r.{b}) == 24 * 2.0, "the other fields")
  -- Different fields of one region at the same time.
  __demand(__index_launch)
  for i in p.colors do accumulate(p[i].{x = b, y = c}, 1.0) end
  var whole = r.{x = b, y = a}
  accumulate(whole, 1.0)
  regentlib.assert(total(r.{b}) == 24 * 14.0, "after both")
end

-- More fields than one group of the analysis.
local wide = terralib.types.newstruct("wide")
local names = terralib.newlist()
for k = 0, 149 do
  names:insert("f" .. k)
  wide.entries:insert({ "f" .. k, int })
end

struct ends { first : int, middle : int, last : int }

task mark(r : region(ispace(int3d), ends))
where reads writes(r.{first, last}), reads(r.middle) do
  for i in r do
    i.first = i.last + i.middle
    i.last = i.middle + 1
  end
end

task many_fields()
  var r = region(ispace(int3d, { 2, 3, 2 }), wide)
  fill(r.{f0, f3, f69, f140}, 0)
  fill(r.f149, 5)
  fill(r.f70, 40)
  mark(r.{first = f140, middle = f70, last = f149})
  mark(r.{last = f140, middle = f3, first = f69})
  for i in r do
    regentlib.assert(i.f140 == 1 and i.f149 == 41 and i.f70 == 40 and i.f3 == 0, "far apart")
    regentlib.assert(i.f69 == 45, "computed from the result before")
  end
  var s = r.{f149, f0}
  s[{ 1, 1, 1 }].f0 = s[{ 1, 1, 1 }].f149 + 1
  regentlib.assert(r[{ 1, 1, 1 }].f0 == 42, "mapped fields of two groups")
end

-- Names and paths from Lua.
local new_names = terralib.newlist({ "b", "a" })
local paths = terralib.newlist({ regentlib.field_path("v", "y"), regentlib.field_path("w", "x") })
local one = terralib.newlist({ "id" })

task spliced()
  var r = region(ispace(int1d, 4), cell)
  fill(r.{v.x, v.y, w.x, w.y}, 1.0)
  fill_ids(r.{[one]}, 10)
  set_pair(r.{[new_names] = [paths]}, 8.0, 9.0)
  for i in r do regentlib.assert(i.v.y == 9.0 and i.w.x == 8.0 and i.v.x == 1.0, "spliced names") end
  regentlib.assert(r[3].id == 30 and sum(r.{["v"].[("y")]}) == 36.0, "spliced fields")
end

-- In the body of the caller, and projected again there.
task swap_in(r : region(ispace(int1d), pair))
where reads(r.a), writes(r.b) do
  for i in r do i.b = i.a - 1.0 end
end

__demand(__inline)
task double_pair(r : region(ispace(int1d), pair))
where reads writes(r) do
  for i in r do
    i.a *= 2.0
    i.b += i.a
  end
  add_to(r, 1.0)
  swap_in(r.{a = b, b = a})
end

__demand(__local, __leaf)
task bump(r : region(ispace(int1d), double), n : double)
where reads writes(r) do
  for i in r do @i += n end
end

__demand(__leaf)
task bump_all(r : region(ispace(int1d), vec2))
where reads writes(r) do
  bump(r.{x}, 1.0)
  bump(r.{y}, 10.0)
end

task in_place()
  var r = region(ispace(int1d, 3), cell)
  fill(r.{v.x, v.y, w.x, w.y}, 1.0)
  double_pair(r.{a = w.y, b = v.x})
  for i in r do
    regentlib.assert(i.v.x == 3.0 and i.w.y == 2.0, "inlined")
    regentlib.assert(i.v.y == 1.0 and i.w.x == 1.0, "other fields")
  end
  bump_all(r.{v})
  regentlib.assert(sum(r.{v.x}) == 12.0 and sum(r.{v.y}) == 33.0, "local tasks")
end

-- What the callee makes of a projected region has its fields, too.
task halves(r : region(ispace(int1d), vec2)) : double
where reads writes(r) do
  var p = partition(equal, r, ispace(int1d, 2))
  for i in p.colors do bump(p[i].{y}, double(int64(i))) end
  var q = partition(equal, p[1], ispace(int1d, 2))
  var copy_of_it = region(ispace(int1d, 6), vec2)
  fill(copy_of_it, { x = 0.0, y = 0.0 })
  copy(r.{x, y}, copy_of_it.{y, x})
  return sum(q[0].{y}) + sum(copy_of_it.{x})
end

task partitioned()
  var r = region(ispace(int1d, 6), cell)
  fill(r.{v.x, v.y, w.x, w.y}, 1.0)
  regentlib.assert(halves(r.{x = w.y, y = v.x}) == 4.0 + 9.0, "pieces of a projected region")
  regentlib.assert(sum(r.{v.x}) == 9.0 and sum(r.{w.y}) == 6.0 and sum(r.{v.y}) == 6.0, "the right field")
end

task main()
  whole()
  pieces()
  many_fields()
  spliced()
  in_place()
  partitioned()
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
