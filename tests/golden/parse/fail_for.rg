-- RUN: check
import "regent"

task one_value()
  for i = 1 do end
--          ^~ ERROR: for loop over numbers requires two or three values near 'do'
end

task four_values()
  for i = 1, 2, 3, 4 do end
--                   ^~ ERROR: for loop over numbers requires two or three values near 'do'
end

task neither(r : region(ispace(int1d), int))
  for i of r do end
--      ^~ ERROR: expected = or in near 'of'
end
