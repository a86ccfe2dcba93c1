// The lexer: one pass over a file, all tokens at once.
#pragma once

#include <vector>

#include "frontend/diag/diag.h"
#include "frontend/lex/token.h"

namespace palatine::lex {

// Whether names go on with the byte, or begin with it if it is no digit.
bool is_name_byte(char c);

struct LexOptions {
  // A `.lua` module: only the words and operators of Lua itself are reserved.
  bool plain_lua = false;
};

// The tokens of a file; the last one is `end_of_file`. Comments, a byte order mark and a first line that
// starts with
// `#` are skipped. Lexical errors are reported, and the text that caused one becomes the
// token that it was meant to be. Bytes that start no token become tokens that no parser accepts.
std::vector<Token> tokenize(const SourceManager& sources, FileId file, Diagnostics& diags,
                            const LexOptions& options = {});

}  // namespace palatine::lex
