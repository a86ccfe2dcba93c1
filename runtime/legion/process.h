// The process's command line, for C code that asks for it.
#pragma once

namespace palatine::legion {

struct ProcessArguments {
  int argc = 0;
  char** argv = nullptr;
};

// As given to `api::run`, with the runtime's flags.
const ProcessArguments& arguments_of_process();

}  // namespace palatine::legion
