-- RUN: check
-- The privileges of a piece are those of the region that it is a piece of.
import "regent"

task piece(r : region(ispace(int1d), int))
where reads(r) do
  var p = partition(equal, r, ispace(int1d, 2))
  for color in p.colors do
    p[color][0] = 1
    var piece = p[color]
    for e in piece do
      @e = 2
    end
  end
end
