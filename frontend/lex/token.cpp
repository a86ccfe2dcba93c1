#include "frontend/lex/token.h"

namespace palatine::lex {

const char* token_kind_text(TokenKind kind) {
  static const char* const kTexts[] = {
#define TOKEN(name, text) text,
#include "frontend/lex/tokens.def"
#undef TOKEN
  };
  return kTexts[static_cast<size_t>(kind)];
}

}  // namespace palatine::lex
