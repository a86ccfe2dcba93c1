// The import itself: Clang on C text, and what it declares.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/cimport/cimport.h"
#include "frontend/cimport/driver.h"

namespace palatine::cimport {

// One of Clang's errors, at its place in a header or in the imported text (then `file` is empty).
struct ClangError {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string text;
};

struct ParseResult {
  std::shared_ptr<Header> header;  // null when there are errors
  std::vector<ClangError> errors;
};

ParseResult parse_c(const std::string& text, const ImportOptions& options, const ProgramFlags& flags);

}  // namespace palatine::cimport
