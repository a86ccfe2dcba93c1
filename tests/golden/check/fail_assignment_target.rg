-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  f() = 2
--^~~ ERROR: type mismatch: write expected an lvalue but got int32
  for i = 0, 3 do
    i = 5
--  ^ ERROR: type mismatch: write expected an lvalue but got int32
  end
  var r = region(ispace(int1d, 3), int)
  r = 4
--^~~~~ ERROR: type mismatch in assignment: expected region(ispace(int1d), int32) but got int32
end
