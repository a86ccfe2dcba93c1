// From a file with embedded constructs to Lua that LuaJIT accepts.
#pragma once

#include <string>
#include <vector>

#include "frontend/ast/ast.h"
#include "frontend/diag/diag.h"

namespace palatine::host {

struct Translation {
  // Plain Lua is unchanged and on its own lines. A construct became
  //   __palatine.execute(NUMBER, {captured locals}, {a function for each escape})
  // where captures[i] and escapes[i] belong to CaptureId and EscapeId i - 1; captured globals are nil here.
  std::string lua;
  // The constructs, numbered in this order from the first number given.
  std::vector<ast::ConstructPtr> constructs;
};

// Parses a file. Syntax errors are reported, as many as there are; the result is of no use then.
// `is_plain_lua`: a `.lua` module, which has no constructs.
Translation translate(const SourceManager& sources, FileId file, Diagnostics& diags, size_t first_number,
                      bool is_plain_lua = false);

}  // namespace palatine::host
