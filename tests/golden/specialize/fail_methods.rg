-- RUN: check
import "regent"

terra int:double() return @self * 2 end
--    ^~~~~~~~~~ ERROR: methods belong to structs, but this is not one

task main()
end
