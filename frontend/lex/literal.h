// The values of number and string tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace palatine::lex {

// A number as Regent and Terra code read it (language reference, 1.3).
struct NumberValue {
  enum class Type : uint8_t { int32, uint32, int64, uint64, float32, float64 };
  Type type = Type::int32;
  uint64_t integer = 0;  // when `type` is an integer type
  double floating = 0;   // when it is not
};

// The value of a number token; nothing when it is malformed.
std::optional<NumberValue> decode_number(std::string_view text);

// Whether LuaJIT accepts this number token in Lua code.
bool is_lua_number(std::string_view text);

// The bytes that a string token stands for. `text` is the whole token, quotes or long brackets included.
std::string decode_string(std::string_view text);

// The end of the escape sequence that starts at the backslash text[at]; nothing when it is malformed.
std::optional<size_t> escape_sequence_end(std::string_view text, size_t at);

// The number of `=` signs of the long bracket that opens at text[at] (`[[`, `[==[`); nothing when none opens
// there.
std::optional<size_t> long_bracket_level(std::string_view text, size_t at);

// The length of the line end at text[at], 0 when there is none. Lua counts each of \n, \r, \r\n and \n\r
// once.
size_t line_end_length(std::string_view text, size_t at);

}  // namespace palatine::lex
