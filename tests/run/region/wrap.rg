-- `index % rect`: offsets inside of the box, beyond it by less than its size and by more, in boxes that begin anywhere; as
-- colours of index launches and of neighbours. What is more than its size below the box keeps C's sign.
import "regent"

task expected(x : int64, lo : int64, hi : int64) : int64
  var size = hi - lo + 1
  return (x - lo + size) % size + lo
end

task check_line(lo : int64, hi : int64)
  var r = region(ispace(int1d, hi - lo + 1, lo), int64)
  fill(r, 0)
  for x = lo - 4 * (hi - lo + 1), hi + 4 * (hi - lo + 1) do
    regentlib.assert(int64(int1d(x) % r.bounds) == expected(x, lo, hi), "line")
    if x >= lo - (hi - lo + 1) then r[int1d(x) % r.bounds] += x end
  end
end

task check_box(r : region(ispace(int3d), int64))
where reads writes(r) do
  var lo, hi = r.bounds.lo, r.bounds.hi
  for p in r do r[p] = 0 end
  for p in r do
    for d = -9, 10 do
      var q = (p + { d, -d, 2 * d }) % r.bounds
      regentlib.assert(q.x == expected(p.x + d, lo.x, hi.x) and q.y == expected(p.y - d, lo.y, hi.y)
        and q.z == expected(p.z + 2 * d, lo.z, hi.z), "box")
    end
    r[(p + { 1, -1, 0 }) % r.bounds] += p.x
    r[(p - { 1, -1, 0 }) % r.bounds] += p.y
  end
  for p in r do
    var before, behind = (p - { 1, -1, 0 }) % r.bounds, (p + { 1, -1, 0 }) % r.bounds
    regentlib.assert(r[p] == before.x + behind.y, "neighbours")
  end
end

task add(to : region(ispace(int1d), int64), from : region(ispace(int1d), int64))
where reads writes(to), reads(from) do
  var sum = 0
  for e in from do sum += from[e] end
  for e in to do to[e] += sum end
end


task main()
  check_line(0, 0)
  check_line(0, 6)
  check_line(-5, 4)
  check_line(1000, 1012)
  var grid = region(ispace(int3d, { 4, 3, 5 }, { -1, 10, 0 }), int64)
  check_box(grid)

  var cells = region(ispace(int1d, 12), int64)
  var colors = ispace(int1d, 4)
  var p = partition(equal, cells, colors)
  var others = region(ispace(int1d, 12), int64)
  var q = partition(equal, others, colors)
  fill(cells, 1)
  for e in others do others[e] = int64(e) / 3 end
  __demand(__index_launch)
  for i in colors do
    add(p[i], q[(i + 1) % colors.bounds])
  end
  for e in cells do
    regentlib.assert(cells[e] == 1 + 3 * ((int64(e) / 3 + 1) % 4), "launch")
  end
end
regentlib.start(main)
