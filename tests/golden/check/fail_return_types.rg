-- RUN: check
import "regent"

task wrong() : int
  return true
end

task differ(x : int)
  if x > 0 then
    return 1
  end
  return false
end

task nothing_expected()
  var x : int = 1
  if x > 0 then return end
  return 5
end
