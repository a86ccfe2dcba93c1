-- RUN: check
import "regent"

task two(a : int, b : double) : int return a end

task main()
  two()
  two(1)
  two(1, 2.0, 3)
end
