-- RUN: check
import "regent"

task two(a : int, b : double) : int return a end
--   ^~~ NOTE: `two` is declared here
--   ^~~ NOTE: `two` is declared here
--   ^~~ NOTE: `two` is declared here

task main()
  two()
--^~~~~ ERROR: expected 2 arguments but got 0
  two(1)
--^~~~~~ ERROR: expected 2 arguments but got 1
  two(1, 2.0, 3)
--^~~~~~~~~~~~~~ ERROR: expected 2 arguments but got 3
end
