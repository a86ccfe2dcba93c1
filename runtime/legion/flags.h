// The runtime's flags on a program's command line.
#pragma once

#include <vector>

#include "runtime/legion/runtime.h"

namespace palatine::legion {

// Reads the flags that begin with -ll:, -lg:, -dm:, -realm: and `-level`, with their values, and leaves the
// others in `arguments`, followed by a null pointer. Flags that this runtime has no use for are skipped, so
// that scripts written for other engines work. A value that does not make sense is a message and exit code 2.
Options parse_flags(int argc, char** argv, std::vector<char*>& arguments);

}  // namespace palatine::legion
