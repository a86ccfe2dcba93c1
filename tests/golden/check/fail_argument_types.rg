-- RUN: check
import "regent"

fspace cell { a : int }
fspace other { a : int }

task take(r : region(ispace(int1d), cell), n : int)
--                                         ^ NOTE: parameter `n` of `take` is declared here
--        ^ NOTE: parameter `r` of `take` is declared here
--        ^ NOTE: parameter `r` of `take` is declared here
--        ^ NOTE: parameter `r` of `take` is declared here
--                                         ^ NOTE: parameter `n` of `take` is declared here
end

task main()
  var r = region(ispace(int1d, 3), cell)
  var s = region(ispace(int1d, 3), other)
  var t = region(ispace(int2d, { 3, 3 }), cell)
  take(r, true)
--^~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected int32 but got bool
  take(s, 1)
--^~~~~~~~~~ ERROR: type mismatch in argument 1: expected region(ispace(int1d), cell()) but got region(ispace(int1d), other())
  take(t, 1)
--^~~~~~~~~~ ERROR: type mismatch in argument 1: expected region(ispace(int1d), cell()) but got region(ispace(int2d), cell())
  take(1, r)
--^~~~~~~~~~ ERROR: type mismatch in argument 1: expected region(ispace(int1d), cell()) but got int32
--^~~~~~~~~~ ERROR: type mismatch in argument 2: expected int32 but got region(ispace(int1d), cell())
end
