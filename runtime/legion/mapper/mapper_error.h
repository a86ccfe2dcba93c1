// Errors of mappers, and what mappers need to know of the process.
#pragma once

namespace palatine::legion {

// Ends the program with a message (printf's format) and exit code 1.
[[noreturn]] __attribute__((format(printf, 1, 2))) void mapping_error(const char* format, ...);

// The whole command line, with the runtime's own flags.
void command_line(int& argc, char**& argv);

}  // namespace palatine::legion
