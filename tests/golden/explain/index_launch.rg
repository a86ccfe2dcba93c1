-- RUN: check --explain
-- Which loops became index launches.
import "regent"

task set(r : region(ispace(int1d), int), v : int)
where writes(r) do
  for p in r do @p = v end
end

task main()
  var r = region(ispace(int1d, 10), int)
  var p = partition(equal, r, ispace(int1d, 5))
  for i = 0, 5 do
    set(p[i], i)
  end
  for i = 0, 5 do
    set(p[i % 2], i)
  end
  for i = 0, 5 do
    set(r, i)
  end
  for color in p.colors do
    var k = 2
    set(p[color], k)
    k = 3
  end
end

regentlib.start(main)
