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

--[==[ OUTPUT
task writer(r : region(ispace(int1d), int32)) : {}
  where writes(r)
  requires read_write r.{}
  is leaf, idempotent, replicable
{
  for i : int1d(int32, $r) in r do
    r[i] = 1
  end
}
task main() : {}
  is idempotent, replicable
{
  var %1 : ispace(int1d) = ispace([int1d](4))
  var r : region(ispace(int1d), int32) = region(%1)
  map read_write r.{}
  r[[int1d](0)] = 1
  unmap r.{}
  task writer(r)
  map read_write r.{}
  r[[int1d](1)] = 2
}
]==]
