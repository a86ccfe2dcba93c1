-- RUN: check
import "regent"

task main()
  var r = region(ispace(ptr, 3), int)
  var p = new(ptr(int, r))
--        ^~~~~~~~~~~~~~~~ ERROR: operator new has been removed, instead all regions are allocated by default
end
