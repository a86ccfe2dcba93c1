// The commands that read a program: run, build, check and emit.
#pragma once

#include "driver/command_line.h"

namespace palatine::driver {

// The exit code of the command. Does not return when the program died by a signal.
int compile(const CommandLine& line);

}  // namespace palatine::driver
