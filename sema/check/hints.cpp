#include "sema/check/hints.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace palatine::sema {

// What other languages call types.
static constexpr std::pair<std::string_view, std::string_view> kForeignTypes[] = {
    {"integer", "int"},   {"Int", "int"},        {"long", "int64"},       {"size_t", "uint64"},
    {"unsigned", "uint"}, {"short", "int16"},    {"byte", "uint8"},       {"char", "int8"},
    {"boolean", "bool"},  {"Bool", "bool"},      {"real", "double"},      {"number", "double"},
    {"float32", "float"}, {"float64", "double"}, {"string", "rawstring"}, {"str", "rawstring"},
    {"int32_t", "int32"}, {"int64_t", "int64"},  {"uint32_t", "uint32"},  {"uint64_t", "uint64"},
};
static constexpr std::string_view kTypes[] = {
    "int",    "int8",   "int16",  "int32",     "int64",  "uint",   "uint8",     "uint16",
    "uint32", "uint64", "float",  "double",    "bool",   "int1d",  "int2d",     "int3d",
    "rect1d", "rect2d", "rect3d", "rawstring", "region", "ispace", "partition", "ptr"};

static bool is_close(std::string_view a, std::string_view b) {
  // One letter more, less or another, or two exchanged.
  if (a.size() + 1 < b.size() || b.size() + 1 < a.size()) return false;
  const auto [x, y] = std::ranges::mismatch(a, b);
  std::string_view rest_a(x, a.end()), rest_b(y, b.end());
  if (rest_a.size() >= 2 && rest_b.size() >= 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0])
    return rest_a.substr(2) == rest_b.substr(2);
  if (a.size() >= b.size() && !rest_a.empty()) rest_a.remove_prefix(1);
  if (b.size() >= a.size() && !rest_b.empty()) rest_b.remove_prefix(1);
  return rest_a == rest_b;
}

void hint_type(Diagnostics::Builder& builder, const Diagnostics& diags, SourceRange type) {
  if (!type.is_valid()) return;
  const std::string_view text = diags.sources().text(type);
  for (const auto& [foreign, own] : kForeignTypes) {
    if (text != foreign) continue;
    builder.note(DiagKind::hint_did_you_mean, type, own);
    return;
  }
  if (text.size() < 3) return;
  for (const std::string_view known : kTypes) {
    if (text == known || !is_close(text, known)) continue;
    builder.note(DiagKind::hint_did_you_mean, type, known);
    return;
  }
}

static bool is_word_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool hint_defined_later(Diagnostics::Builder& builder, const Diagnostics& diags, const std::string& name,
                        SourceRange use) {
  static constexpr std::array<std::string_view, 5> kKeywords = {"task", "terra", "fspace", "struct",
                                                                "function"};
  const std::string_view text = diags.sources().text(use.file);
  for (size_t at = text.find(name, use.end); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const size_t end = at + name.size();
    if (end < text.size() && is_word_letter(text[end])) continue;
    size_t gap = at;
    while (gap > 0 && text[gap - 1] == ' ') --gap;
    size_t word = gap;
    while (word > 0 && is_word_letter(text[word - 1])) --word;
    if (gap == at || std::ranges::find(kKeywords, text.substr(word, gap - word)) == kKeywords.end()) continue;
    // In a comment it defines nothing.
    const size_t line = text.rfind('\n', word) + 1;
    if (text.substr(line, word - line).find("--") != std::string_view::npos) continue;
    const SourceRange place{use.file, static_cast<uint32_t>(at), static_cast<uint32_t>(end)};
    builder.note(DiagKind::hint_defined_later, place, name);
    return true;
  }
  return false;
}

}  // namespace palatine::sema
