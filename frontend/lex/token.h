// Tokens of Lua 5.1 (LuaJIT's dialect) with the words and operators of embedded constructs.
#pragma once

#include <cstdint>
#include <string_view>

namespace palatine::lex {

enum class TokenKind : uint8_t {
#define TOKEN(name, text) name,
#include "frontend/lex/tokens.def"
#undef TOKEN
};

// "end", "==", "<name>".
const char* token_kind_text(TokenKind kind);

// A name may be a reserved word inside Regent code, or one that starts a construct.
enum class WordClass : uint8_t { plain, regent, regent_entry };

struct Token {
  TokenKind kind = TokenKind::end_of_file;
  WordClass word = WordClass::plain;  // of a name
  uint32_t begin = 0;                 // byte offsets into the file
  uint32_t end = 0;
  uint32_t line = 1;      // of its first byte
  uint32_t end_line = 1;  // of its last byte: long strings span lines
};

}  // namespace palatine::lex
