-- RUN: check
import "regent"

task wrong() : int
  return true
--^~~~~~~~~~~ ERROR: type mismatch in return: expected int32 but got bool
end

task differ(x : int)
  if x > 0 then
    return 1
  end
  return false
--^~~~~~~~~~~~ ERROR: type mismatch in return: expected int32 but got bool
end

task nothing_expected()
  var x : int = 1
  if x > 0 then return end
  return 5
--^~~~~~~~ ERROR: type mismatch in return: expected {} but got int32
end
