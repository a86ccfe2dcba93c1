// What the command line says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend/base/flags.h"

namespace palatine::driver {

enum class Command : uint8_t { run, build, check, emit, cache, version };
enum class Stage : uint8_t { ast, ir, cpp, ptx };
enum class DiagnosticsFormat : uint8_t { text, json };

struct CommandLine {
  Command command = Command::version;
  std::string file;
  // What follows the file, with the compiler's `-f` flags taken out: the program's own arguments.
  std::vector<std::string> program_args;
  // The rest of Lua's `arg`: the program's own arguments and the `-f` flags, in their order.
  std::vector<std::string> all_args;
  Flags flags;
  DiagnosticsFormat diagnostics = DiagnosticsFormat::text;
  bool debug = false;
  bool timing = false;
  unsigned jobs = 0;  // 0: as many as there are cores
  // build
  std::string output;
  std::string header;                   // the C header of a library; empty: no library
  std::string architecture = "native";  // as Clang's `-march` has it
  bool shared_library = false;
  bool object = false;
  // check
  bool explain = false;
  // emit
  Stage stage = Stage::cpp;
  // cache
  bool clear_cache = false;
};

// Nothing when there is nothing more to do: help was printed (`exit_code` 0) or the usage was wrong (2).
std::optional<CommandLine> parse_command_line(int argc, char** argv, int& exit_code);

}  // namespace palatine::driver
