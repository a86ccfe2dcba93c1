-- RUN: check
-- The privileges of a piece are those of the region that it is a piece of.
import "regent"

task piece(r : region(ispace(int1d), int))
where reads(r) do
--          ^ NOTE: `piece` declares `reads(r)` here
--          ^ NOTE: `piece` declares `reads(r)` here
  var p = partition(equal, r, ispace(int1d, 2))
  for color in p.colors do
    p[color][0] = 1
--  ^~~~~~~~~~~ ERROR: invalid privilege writes($p[color]) for dereference of int1d(int32, $p[color])
    var piece = p[color]
    for e in piece do
      @e = 2
--    ^~ ERROR: invalid privilege writes($p[color]) for dereference of int1d(int32, $p[color])
    end
  end
end
