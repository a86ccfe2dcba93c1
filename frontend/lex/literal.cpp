#include "frontend/lex/literal.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace palatine::lex {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}
char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool all_of(std::string_view text, bool (*test)(char)) {
  for (char c : text) {
    if (!test(c)) return false;
  }
  return true;
}

bool has_hex_prefix(std::string_view text) {
  return text.size() >= 2 && text[0] == '0' && lower(text[1]) == 'x';
}

std::string lower_text(std::string_view text) {
  std::string out;
  for (char c : text) out += lower(c);
  return out;
}

// Digits with at most one dot and an optional exponent, behind an optional 0x.
bool is_float_text(std::string_view text) {
  bool is_hex = has_hex_prefix(text);
  if (is_hex) text.remove_prefix(2);
  size_t at = 0, digits = 0;
  auto take_digits = [&] {
    while (at < text.size() && (is_hex ? is_hex_digit(text[at]) : is_digit(text[at]))) ++at, ++digits;
  };
  take_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    take_digits();
  }
  if (digits == 0) return false;
  if (at < text.size() && lower(text[at]) == (is_hex ? 'p' : 'e')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (at == text.size() || !all_of(text.substr(at), is_digit)) return false;
    at = text.size();
  }
  return at == text.size();
}

// Digits only, behind an optional 0x.
bool is_integer_text(std::string_view text) {
  if (has_hex_prefix(text)) return text.size() > 2 && all_of(text.substr(2), is_hex_digit);
  return !text.empty() && all_of(text, is_digit);
}

// The value of integer text; nothing when it exceeds 64 bits.
std::optional<uint64_t> integer_value(std::string_view text) {
  bool is_hex = has_hex_prefix(text);
  if (is_hex) text.remove_prefix(2);
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, is_hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

std::optional<NumberValue> decode_integer(std::string_view text, bool is_unsigned, bool is_64_bit) {
  using Type = NumberValue::Type;
  std::optional<uint64_t> value = integer_value(text);
  if (!value) return std::nullopt;
  if (is_64_bit) {
    if (!is_unsigned && !has_hex_prefix(text) && *value > INT64_MAX) return std::nullopt;
    return NumberValue{is_unsigned ? Type::uint64 : Type::int64, *value};
  }
  if (*value > UINT32_MAX) return std::nullopt;
  if (has_hex_prefix(text) && text.size() > 10) return std::nullopt;
  if (is_unsigned || *value > INT32_MAX) return NumberValue{Type::uint32, *value};
  return NumberValue{Type::int32, *value};
}

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// Appends what the well-formed escape sequence text[at, end) stands for.
void append_escape(std::string& out, std::string_view text, size_t at, size_t end) {
  char c = text[at + 1];
  switch (c) {
    case 'a':
      out += '\a';
      return;
    case 'b':
      out += '\b';
      return;
    case 'f':
      out += '\f';
      return;
    case 'n':
      out += '\n';
      return;
    case 'r':
      out += '\r';
      return;
    case 't':
      out += '\t';
      return;
    case 'v':
      out += '\v';
      return;
    case 'x':
      out += static_cast<char>(std::strtoul(std::string(text.substr(at + 2, 2)).c_str(), nullptr, 16));
      return;
    case 'u':
      append_utf8(out, static_cast<uint32_t>(std::strtoul(
                           std::string(text.substr(at + 3, end - at - 4)).c_str(), nullptr, 16)));
      return;
    case 'z':
      return;
    default:
      break;
  }
  if (is_digit(c)) {
    out +=
        static_cast<char>(std::strtoul(std::string(text.substr(at + 1, end - at - 1)).c_str(), nullptr, 10));
  } else if (line_end_length(text, at + 1)) {
    out += '\n';
  } else {
    out += c;
  }
}

}  // namespace

size_t line_end_length(std::string_view text, size_t at) {
  if (at >= text.size() || (text[at] != '\n' && text[at] != '\r')) return 0;
  char other = text[at] == '\n' ? '\r' : '\n';
  return at + 1 < text.size() && text[at + 1] == other ? 2 : 1;
}

std::optional<size_t> long_bracket_level(std::string_view text, size_t at) {
  if (at >= text.size() || text[at] != '[') return std::nullopt;
  size_t level = 0;
  while (at + 1 + level < text.size() && text[at + 1 + level] == '=') ++level;
  if (at + 1 + level >= text.size() || text[at + 1 + level] != '[') return std::nullopt;
  return level;
}

std::optional<size_t> escape_sequence_end(std::string_view text, size_t at) {
  if (at + 1 >= text.size()) return std::nullopt;
  char c = text[at + 1];
  if (size_t length = line_end_length(text, at + 1)) return at + 1 + length;
  if (std::string_view("abfnrtv\\\"'").find(c) != std::string_view::npos) return at + 2;
  if (c == 'x') {
    if (at + 3 < text.size() && is_hex_digit(text[at + 2]) && is_hex_digit(text[at + 3])) return at + 4;
    return std::nullopt;
  }
  if (c == 'u') {
    size_t end = at + 3;
    if (at + 2 >= text.size() || text[at + 2] != '{') return std::nullopt;
    uint32_t code = 0;
    while (end < text.size() && is_hex_digit(text[end])) {
      code = code * 16 + static_cast<uint32_t>(std::strtoul(std::string(1, text[end]).c_str(), nullptr, 16));
      // Surrogates and what lies beyond Unicode are refused by LuaJIT too.
      if (code > 0x10ffff) return std::nullopt;
      ++end;
    }
    if (end == at + 3 || end >= text.size() || text[end] != '}') return std::nullopt;
    if (code >= 0xd800 && code < 0xe000) return std::nullopt;
    return end + 1;
  }
  if (c == 'z') {
    size_t end = at + 2;
    while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end]))) ++end;
    return end;
  }
  if (is_digit(c)) {
    size_t end = at + 1;
    unsigned value = 0;
    while (end < text.size() && end < at + 4 && is_digit(text[end]))
      value = value * 10 + unsigned(text[end++] - '0');
    return value <= 255 ? std::optional<size_t>(end) : std::nullopt;
  }
  return std::nullopt;
}

std::string decode_string(std::string_view text) {
  std::string out;
  if (std::optional<size_t> level = long_bracket_level(text, 0)) {
    size_t at = *level + 2;
    // An unfinished long string has no closing bracket; it was reported, and its value no longer matters.
    size_t end = text.size() >= 2 * (*level + 2) ? text.size() - *level - 2 : text.size();
    at += line_end_length(text, at);
    while (at < end) {
      size_t length = line_end_length(text, at);
      out += length ? '\n' : text[at];
      at += length ? length : 1;
    }
    return out;
  }
  size_t end = text.size();
  if (end >= 2 && text[end - 1] == text[0]) --end;
  for (size_t at = 1; at < end;) {
    if (text[at] != '\\') {
      out += text[at++];
    } else if (std::optional<size_t> next = escape_sequence_end(text, at)) {
      append_escape(out, text, at, *next);
      at = *next;
    } else {
      ++at;
    }
  }
  return out;
}

std::optional<NumberValue> decode_number(std::string_view text) {
  using Type = NumberValue::Type;
  std::string spelled = lower_text(text);
  std::string_view digits = spelled;
  for (std::string_view suffix : {"ull", "llu", "ll", "ul", "lu", "l", "u"}) {
    if (!ends_with(digits, suffix)) continue;
    digits.remove_suffix(suffix.size());
    if (!is_integer_text(digits)) return std::nullopt;
    return decode_integer(digits, suffix.find('u') != suffix.npos, suffix.find('l') != suffix.npos);
  }
  if (is_integer_text(digits)) return decode_integer(digits, false, false);
  bool is_float = !has_hex_prefix(digits) && ends_with(digits, "f");
  if (is_float) digits.remove_suffix(1);
  if (!is_float_text(digits)) return std::nullopt;
  double value = std::strtod(std::string(digits).c_str(), nullptr);
  if (is_float) return NumberValue{Type::float32, 0, value};
  // `1e3` is an integer: no dot, and its value is one.
  if (digits.find('.') == digits.npos && value == std::floor(value) && std::fabs(value) <= INT32_MAX) {
    return NumberValue{Type::int32, static_cast<uint64_t>(value)};
  }
  return NumberValue{Type::float64, 0, value};
}

bool is_lua_number(std::string_view text) {
  std::string spelled = lower_text(text);
  std::string_view digits = spelled;
  if (ends_with(digits, "ull") || ends_with(digits, "ll")) {
    digits.remove_suffix(ends_with(digits, "ull") ? 3 : 2);
    return is_integer_text(digits) && integer_value(digits).has_value();
  }
  if (ends_with(digits, "i")) digits.remove_suffix(1);
  return is_float_text(digits);
}

}  // namespace palatine::lex
