-- RUN: check
import "regent"

fspace cell(r : region(int)) {
  p : ptr(int, r),
}

task main()
  var r = region(ispace(int1d, 3), int)
  acquire(r)
--^~~~~~~~~~ ERROR: `acquire` is not supported yet
  release(r)
--^~~~~~~~~~ ERROR: `release` is not supported yet
  __delete(r)
end
