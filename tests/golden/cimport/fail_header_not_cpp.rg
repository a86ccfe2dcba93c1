-- RUN: build
-- Generated code is C++: a header that is C alone is rejected when the program is built.
import "regent"

local c = terralib.includecstring [[
static inline int class(int new) { return new; }
]]

task main()
  c.class(1)
end

regentlib.start(main)
