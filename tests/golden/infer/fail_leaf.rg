-- RUN: check
import "regent"

task other() : int return 1 end

__demand(__leaf)
task calls() : int
  return other()
end

__demand(__leaf)
task creates()
  var r = region(ispace(int1d, 10), int)
end

__demand(__leaf)
task fences()
  __fence(__execution)
end

__demand(__leaf)
task fills(r : region(ispace(int1d), int))
where writes(r) do
  fill(r, 0)
end
