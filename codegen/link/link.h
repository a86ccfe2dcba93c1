// Object files to an executable, a shared library or one object, with lld inside this process.
#pragma once

#include <string>
#include <vector>

namespace palatine::codegen {

struct LinkResult {
  bool is_ok = false;
  // What lld said, a line each.
  std::vector<std::string> messages;
};

// `arguments` are those of ld.lld. One link runs at a time in a process; callers wait for each other.
LinkResult link(const std::vector<std::string>& arguments);

}  // namespace palatine::codegen
