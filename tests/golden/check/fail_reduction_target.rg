-- RUN: check
import "regent"

task f() : int return 1 end

task main()
  f() += 1
--^~~ ERROR: type mismatch: reduce expected an lvalue but got int32
  for i = 0, 3 do
    i += 1
--  ^ ERROR: type mismatch: reduce expected an lvalue but got int32
  end
end
