// The process's runtime, for C code that asks for it.
#pragma once

#include <functional>

namespace palatine::legion {

class Runtime;
// The running program's; null before and after it.
Runtime* runtime_of_process();

// For threads that the program does not wait for: calls visit(runtime) and holds up the end of the run
// meanwhile. False, and nothing is called, when none is under way.
bool visit_runtime_of_process(const std::function<void(Runtime&)>& visit);

}  // namespace palatine::legion
