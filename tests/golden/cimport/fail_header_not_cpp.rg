-- RUN: build
-- Generated code is C++: a header that is C alone is rejected when the program is built.
import "regent"

local c = terralib.includec("only_c.h", { "-I." })

task main()
  c.class(1)
--^~~~~~~~~~ NOTE: declaration of anonymous class must be a definition
end

regentlib.start(main)
-- nowhere ERROR: a C header cannot be used in generated code, which is C++
-- nowhere NOTE: ./only_c.h:1:19: declaration of anonymous class must be a definition
-- nowhere NOTE: fail_header_not_cpp.cpp:4:1: expected unqualified-id
