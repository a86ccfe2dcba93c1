-- RUN: run
-- Loops that read through pointers and write at their own points, where what they write is elsewhere, and where it
-- is what they read.
import "regent"

local count = 1000

fspace cell { next : int1d, value : double, other : double }
struct value { value : double, other : double }
fspace link(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell)) {
  to : int1d(cell, r, s),
  value : double,
}

-- Each element is one more than the one before where `into` is `from`.
task follow(from : region(ispace(int1d), cell), into : region(ispace(int1d), cell))
where reads(from.{next, value}), reads writes(into.value) do
  for i in into do into[i].value = from[from[i].next].value + 1.0 end
end

task follow_values(from : region(ispace(int1d), cell), into : region(ispace(int1d), value))
where reads(from.{next, value}), reads writes(into.value) do
  for i in into do into[i].value = from[from[i].next].value + 1.0 end
end

task follow_doubles(from : region(ispace(int1d), cell), into : region(ispace(int1d), double))
where reads(from.{next, value}), reads writes(into) do
  for i in into do into[i] = from[from[i].next].value + 1.0 end
end

-- The field that is written is another one.
task follow_into_other(r : region(ispace(int1d), cell))
where reads(r.{next, value}), reads writes(r.other) do
  for i in r do r[i].other = r[r[i].next].value + 1.0 end
end

-- The pointers themselves are written.
task redirect(from : region(ispace(int1d), cell), into : region(ispace(int1d), cell))
where reads(from.next), reads writes(into.next) do
  for i in into do into[i].next = from[from[i].next].next end
end

task load_links(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell), links : region(ispace(int1d), link(r, s)))
where reads(r.value, s.value, links.to), reads writes(links.value) do
  for l in links do
    var twice = 0.0
    for k = 0, 2 do twice += l.to.value end
    l.value = l.value + 0.5 * twice
  end
end

-- Through pointers into both, into the second.
task load_cells(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell), links : region(ispace(int1d), link(r, s)),
                into : region(ispace(int1d), cell))
where reads(r.value, s.value, links.to), reads writes(into.value) do
  for i in into do into[i].value = links[i].to.value + 1.0 end
end

-- Two dimensions, rows of one region.
fspace place { from : int2d, value : double }
task follow_places(from : region(ispace(int2d), place), into : region(ispace(int2d), place))
where reads(from.{from, value}), reads writes(into.value) do
  for p in into do into[p].value = from[from[p].from].value + 1.0 end
end

task reset(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].next = int1d(max(int64(i) - 1, 0))
    r[i].value = 0.0
    r[i].other = 0.0
  end
end

task connect(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell), links : region(ispace(int1d), link(r, s)), distance : int64)
where reads writes(links) do
  for l in links do
    l.to = dynamic_cast(int1d(cell, r, s), int1d(max(int64(l) - distance, 0)))
    regentlib.assert(not isnull(l.to), "in one of both")
    l.value = 1.0
  end
end

task reset_places(r : region(ispace(int2d), place))
where writes(r) do
  for p in r do
    r[p].from = int2d { x = p.x, y = max(p.y - 1, 0) }
    r[p].value = 0.0
  end
end

-- Whether the values are 1, 2, 3 ...
task check_chain(r : region(ispace(int1d), cell), first : int64)
where reads(r.value) do
  for i in r do
    if int64(i) >= first then regentlib.assert(r[i].value == double(int64(i) - first + 1), "a chain") end
  end
end

task check_ones(r : region(ispace(int1d), cell))
where reads(r.value) do
  for i in r do regentlib.assert(r[i].value == 1.0, "ones") end
end

task check_other(r : region(ispace(int1d), cell))
where reads(r.{value, other}) do
  for i in r do regentlib.assert(r[i].other == 1.0 and r[i].value == 0.0, "the other field") end
end

task main()
  var r = region(ispace(int1d, count), cell)
  var s = region(ispace(int1d, count), cell)

  -- Different regions, and the same one.
  reset(r)
  reset(s)
  follow(r, s)
  check_ones(s)
  follow(r, r)
  check_chain(r, 0)

  -- Pieces that overlap, and pieces that do not.
  var colors = ispace(int1d, 2)
  var boxes = region(colors, rect1d)
  boxes[0] = rect1d { 0, 699 }
  boxes[1] = rect1d { 300, count - 1 }
  var halves = partition(equal, r, colors)
  var whole = region(ispace(int1d, 1), rect1d)
  whole[0] = rect1d { 0, count - 1 }
  var overlapping = image(r, partition(equal, boxes, colors), boxes)
  reset(r)
  follow(r, overlapping[1])
  check_chain(r, 300)
  reset(r)
  follow(overlapping[0], overlapping[0])
  check_chain(overlapping[0], 0)
  reset(r)
  for i in halves[0] do r[i].value = 5.0 end
  for i in halves[1] do r[i].next = int1d(int64(i) - count / 2) end
  follow(r, halves[1])
  for i in halves[1] do regentlib.assert(r[i].value == 6.0, "from the other half") end

  -- The field under another name.
  reset(r)
  follow_values(r, r.{value, other})
  check_chain(r, 0)
  reset(r)
  follow_values(r, r.{value = other, other = value})
  check_other(r)
  reset(r)
  follow_doubles(r, r.{value})
  check_chain(r, 0)
  reset(r)
  follow_doubles(r, r.{other})
  check_other(r)

  -- Another field of the same region.
  reset(r)
  follow_into_other(r)
  check_other(r)

  -- Pointers.
  reset(r)
  redirect(r, r)
  for i in r do regentlib.assert(int64(r[i].next) == 0, "all lead to the first one") end
  reset(r)
  reset(s)
  redirect(r, s)
  for i in s do regentlib.assert(int64(s[i].next) == max(int64(i) - 2, 0), "two before") end

  -- Pointers into two regions: of one array, and of two.
  reset(r)
  for i in r do r[i].value = double(int64(i)) end
  var first, second = halves[0], halves[1]
  var links = region(ispace(int1d, count), link(first, second))
  connect(first, second, links, 1)
  load_links(first, second, links)
  for l in links do regentlib.assert(l.value == 1.0 + double(max(int64(l) - 1, 0)), "of one array") end
  reset(s)
  for i in s do s[i].value = 7.0 end
  var s_halves = partition(equal, s, colors)
  var others = region(ispace(int1d, count), link(first, s))
  for l in others do
    -- Where both have the point, it is the first one's.
    l.to = dynamic_cast(int1d(cell, first, s), int1d(l))
    l.value = 1.0
  end
  load_links(first, s, others)
  for l in others do
    if int64(l) < count / 2 then
      regentlib.assert(l.value == 1.0 + double(int64(l)), "of the first array")
    else
      regentlib.assert(l.value == 8.0, "of the second array")
    end
  end
  reset(r)
  load_cells(first, second, links, s)
  check_ones(s)
  load_cells(first, second, links, r)
  check_chain(r, 0)

  -- Two dimensions.
  var places = region(ispace(int2d, { 40, 50 }), place)
  reset_places(places)
  follow_places(places, places)
  for p in places do regentlib.assert(places[p].value == double(p.y + 1), "rows") end
  var columns = partition(equal, places, ispace(int2d, { 2, 1 }))
  reset_places(places)
  follow_places(places, columns[{ 1, 0 }])
  for p in columns[{ 1, 0 }] do regentlib.assert(places[p].value == double(p.y + 1), "rows of a half") end
  for p in columns[{ 0, 0 }] do regentlib.assert(places[p].value == 0.0, "rows of the other") end
  regentlib.c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
