// The process's command line and runtime, for C code that asks for them.
#pragma once

namespace palatine::legion {

struct ProcessArguments {
  int argc = 0;
  char** argv = nullptr;
};

// As given to `api::run`, with the runtime's flags.
const ProcessArguments& arguments_of_process();

class Runtime;
// The running program's; null before and after it.
Runtime* runtime_of_process();

}  // namespace palatine::legion
