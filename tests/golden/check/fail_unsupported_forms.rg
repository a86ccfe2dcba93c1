-- RUN: check
import "regent"

fspace cell(r : region(int)) {
  p : ptr(int, r),
}

task main()
  var r = region(ispace(int1d, 3), int)
  acquire(r)
  release(r)
  __delete(r)
end
