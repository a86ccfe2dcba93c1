-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  f() = 2
  for i = 0, 3 do
    i = 5
  end
  var r = region(ispace(int1d, 3), int)
  r = 4
end
