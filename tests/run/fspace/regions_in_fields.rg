-- RUN: run
-- Field spaces with region parameters, regions as fields, constraints, and taking values apart.
import "regent"

fspace list(a : region(list(a))) {
  data : int,
  next : ptr(list(a), a),
}

task flat(r : region(list(r)), c : list(r))
where reads(r) do
  return c.data
end

task walk(r : region(list(r)), first : ptr(list(r), r))
where reads(r) do
  var sum = 0
  var p = first
  while not isnull(p) do
    sum += p.data
    p = p.next
  end
  var head : list(r) = @first
  return sum + 100 * flat(r, head)
end

task linked()
  var r = region(ispace(ptr, 3), list(r))
  for p in r do
    @p = { data = int(p) + 1, next = null(ptr(list(r), r)) }
  end
  var last = dynamic_cast(ptr(list(r), r), 2)
  var middle = dynamic_cast(ptr(list(r), r), 1)
  var first = dynamic_cast(ptr(list(r), r), 0)
  first.next = middle
  middle.next = last
  regentlib.assert(walk(r, first) == 106, "list")
  regentlib.assert(first.next.next.data == 3, "chain")
end

fspace part(r : region(int)) {
  s : region(int),
  x : ptr(int, s),
  n : int,
} where s <= r end

task sum(r : region(int))
where reads(r) do
  var total = 0
  for p in r do total += @p end
  return total
end

task deref(r : region(int), p : ptr(int, r))
where reads(r) do
  return @p
end

task read_part(a : region(int), b : part(a))
where reads(a) do
  return @(b.x)
end

task sum_part(a : region(int), b : part(a))
where reads(a) do
  return sum(b.s)
end

task unpack_part(a : region(int), b : part(a))
where reads writes(a) do
  var {s, p = x, n} = b
  @p += n
  return sum(s) + deref(s, p)
end

task parts()
  var r = region(ispace(ptr, 6), int)
  for p in r do @p = int(p) end
  var pieces = partition(equal, r, ispace(int1d, 2))
  var second = pieces[1]
  var x = dynamic_cast(ptr(int, second), 4)
  var value = [part(r)] { s = second, x = x, n = 10 }
  regentlib.assert(read_part(r, value) == 4, "pointer of a field")
  regentlib.assert(sum_part(r, value) == 12, "region of a field")
  regentlib.assert(unpack_part(r, value) == 36, "taken apart")
  regentlib.assert(@x == 14 and value.n == 10, "written through the value")
end

task main()
  linked()
  parts()
  regentlib.c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
