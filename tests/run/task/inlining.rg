-- RUN: run
-- Bodies in the place of calls: parameters are values of their own, regions the caller's.
import "regent"
local c = regentlib.c

__demand(__inline)
task here() : uint64
  return c.legion_context_get_unique_id(__context())
end

task there() : uint64
  return c.legion_context_get_unique_id(__context())
end

__demand(__inline)
task first(r : region(ispace(int1d), int)) : int1d(int, r)
  return dynamic_cast(int1d(int, r), 0)
end

__demand(__inline)
task add(r : region(ispace(int1d), int), amount : int)
where reads writes(r) do
  amount += 1
  for i in r do r[i] += amount end
end

__demand(__inline)
task twice(r : region(ispace(int1d), int), amount : int) : int
where reads writes(r) do
  add(r, amount)
  add(r, amount)
  var sum = 0
  for i in r do sum += r[i] end
  return sum
end

__demand(__local)
task count(r : region(ispace(int1d), int), limit : int) : int
where reads(r) do
  var n = 0
  for i in r do
    if r[i] > limit then n += 1 end
  end
  return n
end

__demand(__leaf)
task leaf(r : region(ispace(int1d), int)) : int
where reads(r) do
  return count(r, 10) + count(r, 100)
end

task piece(r : region(ispace(int1d), int))
where reads writes(r) do
  for i in r do r[i] = int(i) end
end

task make_pieces(r : region(ispace(int1d), int), colors : ispace(int1d))
  return partition(equal, r, colors)
end

__demand(__inline)
task all_pieces(r : region(ispace(int1d), int), colors : ispace(int1d), p : partition(disjoint, r, colors))
where reads writes(r) do
  __demand(__index_launch)
  for i in colors do piece(p[i]) end
end

task main()
  regentlib.assert(here() == here() and here() ~= there(), "context")
  regentlib.assert(__forbid(__inline, here()) ~= here(), "forbidden")
  var r = region(ispace(int1d, 4), int)
  fill(r, 5)
  var amount = 1
  regentlib.assert(twice(r, amount) == 36 and amount == 1, "values")
  var p = first(r)
  @p = 200
  regentlib.assert(leaf(r) == 2, "local task")
  var colors = ispace(int1d, 2)
  var pieces = make_pieces(r, colors)
  all_pieces(r, colors, pieces)
  regentlib.assert(r[3] == 3 and pieces[1].volume == 2, "pieces")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
