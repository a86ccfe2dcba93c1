-- Images and preimages along fields of pointers, points and rects, and images by a task.
import "regent"

local c = regentlib.c

fspace node {
  value : int,
}
fspace wire(r : region(ispace(int1d), node)) {
  from : int1d(node, r),
  to : int1d(node, r),
  reach : rect1d,
}

task add(r : region(ispace(int1d), node), n : int)
where reads writes(r.value) do
  for x in r do x.value += n end
end

task connect(nodes : region(ispace(int1d), node), wires : region(ispace(int1d), wire(nodes)))
where writes(wires) do
  for w in wires do
    w.from = dynamic_cast(int1d(node, nodes), int1d(w) % 10)
    w.to = dynamic_cast(int1d(node, nodes), (int1d(w) * 3) % 10)
    w.reach = rect1d { int1d(w) % 10, int1d(w) % 10 + 1 }
  end
end

task is_value(nodes : region(ispace(int1d), node), i : int, expected : int)
where reads(nodes.value) do
  if nodes[i].value ~= expected then c.printf("node %d has %d, not %d\n", i, nodes[i].value, expected) end
end

task moved_right(r : rect1d) : rect1d
  return rect1d { r.lo + 1, r.hi + 1 }
end

task main()
  var nodes = region(ispace(int1d, 10), node)
  var wires = region(ispace(int1d, 12), wire(nodes))
  fill(nodes.value, 0)
  connect(nodes, wires)
  var pieces = partition(equal, wires, ispace(int1d, 3))

  -- Wires 0 to 3 lead to nodes 0, 3, 6 and 9.
  var ends = image(nodes, pieces, wires.to)
  add(ends[0], 1)
  is_value(nodes, 0, 1)
  is_value(nodes, 3, 1)
  is_value(nodes, 9, 1)
  is_value(nodes, 1, 0)
  -- Wires 4 to 7 lead to 2, 5, 8, 1; wires 8 to 11 to 4, 7, 0, 3.
  for color in pieces.colors do add(ends[color], 10) end
  is_value(nodes, 0, 21)
  is_value(nodes, 3, 21)
  is_value(nodes, 5, 10)

  -- Rects: wires 8 to 11 reach 8 to 9, 9 to 10, 0 to 1 and 1 to 2; what lies outside is left out.
  var near = image(nodes, pieces, wires.reach)
  regentlib.assert(near[2].ispace.volume == 5 and near[0].ispace.volume == 5, "images of rects")

  var halves = partition(equal, nodes, ispace(int1d, 2))
  var sources = preimage(wires, halves, wires.from)
  regentlib.assert(sources[0].ispace.volume == 7 and sources[1].ispace.volume == 5, "preimages of points")
  var touching = preimage(wires, halves, wires.reach)
  regentlib.assert(touching[0].ispace.volume == 7 and touching[1].ispace.volume == 6, "preimages of rects overlap")

  fill(nodes.value, 0)
  var shifted = image(nodes, halves, moved_right)
  for color in shifted.colors do add(shifted[color], int(color) + 1) end
  is_value(nodes, 0, 0)
  is_value(nodes, 1, 1)
  is_value(nodes, 5, 1)
  is_value(nodes, 6, 2)
  is_value(nodes, 9, 2)
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
