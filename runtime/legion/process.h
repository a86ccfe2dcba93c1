// The process's runtime, for C code that asks for it.
#pragma once

namespace palatine::legion {

class Runtime;
// The running program's; null before and after it.
Runtime* runtime_of_process();

}  // namespace palatine::legion
