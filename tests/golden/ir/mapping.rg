-- RUN: emit --stage=ir
-- Where accesses are mapped, and where a call needs the mapping to be given up.
import "regent"

task writer(r : region(ispace(int1d), int)) where writes(r) do
  for i in r do r[i] = 1 end
end

task main()
  var r = region(ispace(int1d, 4), int)
  r[0] = 1
  writer(r)
  r[1] = 2
end
