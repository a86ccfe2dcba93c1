// Clang's driver as a function: a command line in, the arguments of `clang -cc1` out. The importer of headers
// and the compiler of generated code both ask it, so that flags of a program mean the same to both.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace palatine::cimport {

// What the driver says against a command line.
struct DriverAnswer {
  // Without "-cc1"; with input and output where the driver puts them. Nothing when there are errors.
  std::optional<std::vector<std::string>> arguments;
  std::vector<std::string> errors;
};

// Arguments of the last job of `command`, of which nothing is run. The first word is Clang's path.
DriverAnswer ask_driver(const std::vector<std::string>& command);

// The command that C texts of a program are read and compiled with, up to the program's own flags. Generated
// code is C++ for the processor at hand, has `_GNU_SOURCE` defined and signed characters, so C has them, too.
std::vector<std::string> c_command(const std::string& resource_dir);

// The flags that a program gives for a header.
struct ProgramFlags {
  // As the driver spells them, without what says nothing about the text: names of outputs and libraries,
  // other things to do than to compile, features that the processor has anyway.
  std::vector<std::string> flags;
  // What of them includes of the system's headers need in C++: folders to search, and macros.
  std::vector<std::string> cpp_flags;
  // Something else is among them, which C++ must not be compiled with: the text stays C.
  bool is_c_only = false;
  // A word that is no flag, or a flag without its argument; else empty. Flags that nobody knows
  // are kept: the driver says so, and what may have been meant.
  std::string error;
};

ProgramFlags sort_flags(const std::vector<std::string>& args);

}  // namespace palatine::cimport
