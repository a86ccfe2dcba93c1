// Object files to an executable, a shared library or one object, with lld's libraries.
#pragma once

#include <string>
#include <vector>

namespace palatine::codegen {

struct LinkResult {
  bool is_ok = false;
  // What lld said, a line each.
  std::vector<std::string> messages;
};

// `arguments` are those of ld.lld.
LinkResult link(const std::vector<std::string>& arguments);

}  // namespace palatine::codegen
