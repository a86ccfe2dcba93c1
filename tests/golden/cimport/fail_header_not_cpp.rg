-- RUN: build
-- Generated code is C++: a header that is C alone is rejected when the program is built.
import "regent"

local c = terralib.includecstring [[
static inline int class(int new) { return new; }
]]

task main()
  c.class(1)
--^~~~~~~~~~ NOTE: expected expression
-- nowhere NOTE: this is a mistake in palatine, not in the program; please report it together with the program (`palatine emit --stage=cpp` prints the C++)
end

regentlib.start(main)
-- nowhere ERROR: internal compiler error: Clang rejects the generated C++
-- nowhere NOTE: fail_header_not_cpp.cpp:3:19: declaration of anonymous class must be a definition
-- nowhere NOTE: fail_header_not_cpp.cpp:4:1: expected unqualified-id
