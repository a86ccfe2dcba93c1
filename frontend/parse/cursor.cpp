#include "frontend/parse/cursor.h"

#include <algorithm>

namespace palatine::parse {

using lex::TokenKind;

const lex::Token& Cursor::next() {
  const lex::Token& token = peek();
  if (index_ + 1 < tokens_.size()) ++index_;
  return token;
}

bool Cursor::accept(TokenKind kind) {
  if (!is(kind)) return false;
  next();
  return true;
}

bool Cursor::accept_word(std::string_view word) {
  if (!is_word(word)) return false;
  next();
  return true;
}

static std::string quoted(TokenKind kind) {
  // `<name>` and its like stand for many spellings, so they are not quoted.
  std::string text = lex::token_kind_text(kind);
  return text.size() > 2 && text.front() == '<' && text.back() == '>' && kind != TokenKind::end_of_file
             ? text
             : "'" + text + "'";
}

void Cursor::expect(TokenKind kind) {
  if (!accept(kind)) fail_expected(quoted(kind));
}

void Cursor::expect_word(std::string_view word) {
  if (!accept_word(word)) fail_expected(fmt::format("'{}'", word));
}

uint32_t Cursor::column(size_t token) const {
  return sources_.line_column(file_, at(token).begin).column;
}

uint32_t Cursor::indentation(size_t token) const {
  size_t first = token;
  while (first > 0 && at(first - 1).line == at(token).line) --first;
  return column(first);
}

// The lexer has reported it; what is missing behind it is in it.
bool Cursor::is_behind_unfinished_string() const {
  if (index_ == 0 || previous().kind != TokenKind::string) return false;
  const std::string_view spelled = text(previous());
  const bool is_short = spelled.front() == '"' || spelled.front() == '\'';
  return is_short && (spelled.size() < 2 || spelled.back() != spelled.front());
}

void Cursor::expect_closing(TokenKind kind, size_t opener) {
  if (accept(kind)) {
    const bool is_further_left = kind == TokenKind::kw_end && previous().line > at(opener).line &&
                                 indentation(index_ - 1) < indentation(opener);
    if (is_further_left) suspects_.push_back({opener, index_ - 1});
    return;
  }
  if (is_behind_unfinished_string()) return;
  const lex::Token& open = at(opener);
  if (open.line == peek().line) {
    report(fmt::format("{} expected", quoted(kind)));
    // `r[1, 2]`: it would be read as the targets of an assignment.
    if (kind == TokenKind::right_bracket && is(TokenKind::comma)) throw SyntaxError{};
    return;
  }
  if (last_error_ == index_) return;
  last_error_ = index_;
  std::string opened(text(open));
  auto diagnostic =
      diags_.report(DiagKind::syntax_unclosed, range(), quoted(kind), opened, open.line, shown(peek()));
  diagnostic.note(DiagKind::syntax_opened_here, range(open), opened);
  for (const Suspect& suspect : suspects_) {
    if (suspect.opener <= opener) continue;
    diagnostic.note(DiagKind::hint_missing_end, range(at(suspect.opener)), text(at(suspect.opener)),
                    at(suspect.end).line);
    break;
  }
}

SourceRange Cursor::range_from(size_t first) const {
  uint32_t begin = at(first).begin;
  return {file_, begin, index_ > first ? previous().end : begin};
}

std::string Cursor::shown(const lex::Token& token) const {
  if (token.kind == TokenKind::end_of_file) return "'<eof>'";
  std::string_view spelled = text(token);
  if (token.word == lex::WordClass::regent_entry) return std::string(spelled);
  // A long string would hide the message.
  constexpr size_t kMaxShown = 40;
  if (token.kind == TokenKind::unknown) {
    auto byte = static_cast<unsigned char>(spelled[0]);
    return byte >= 0x20 && byte < 0x7f ? fmt::format("'{}'", spelled) : fmt::format("byte {}", byte);
  }
  size_t line_end = spelled.find_first_of("\r\n");
  if (spelled.size() <= kMaxShown && line_end == spelled.npos) return fmt::format("'{}'", spelled);
  return fmt::format("'{}...'", spelled.substr(0, std::min(line_end, kMaxShown)));
}

// What other languages write in this place, and how it is written here; empty for everything else.
std::string_view Cursor::hint(std::string_view expected) const {
  const std::string_view here = text(peek()), after = text(peek(1));
  if (is(TokenKind::unknown)) {
    if (here == "!")
      return after == "=" ? "`a ~= b` compares for being different" : "`not a` is the opposite of a bool";
    if (here == "?") return "a choice between two values is an `if` with an assignment in each branch";
    return {};
  }
  const bool is_used_as_name = is_word_like() && (is(TokenKind::equal, 1) || is(TokenKind::colon, 1));
  if (expected.starts_with("<name>") && (is(TokenKind::name) || is_used_as_name))
    return "this is a word of the language and cannot be the name of a variable or field";
  if (is(TokenKind::arrow)) return "members behind a pointer follow a dot, as all others: `p.x`";
  if (is(TokenKind::equal) && (expected.starts_with("'then'") || expected.starts_with("'do'")))
    return "`a == b` compares, `a = b` assigns";
  if ((here == "+" || here == "-") && (after == here || text(previous()) == here))
    return "a variable is changed by a statement: `x += 1`";
  const std::string_view before = index_ > 0 ? text(previous()) : std::string_view();
  if ((here == "/" && (after == "/" || after == "*")) || (here == "*" && before == "/"))
    return "comments begin with `--`";
  if (here == ">" && before == "<") return "`a ~= b` compares for being different";
  if (here == "..") return "strings are joined while compiling, by Lua: `[a .. b]`";
  if (here == "#") return "`#` counts the elements of Lua's lists: `[#list]`";
  if (is(TokenKind::comma) && expected.starts_with("']'"))
    return "a point of several dimensions is `r[{x, y}]`; an array of values is `array(1, 2)`";
  return {};
}

void Cursor::report(std::string_view text, std::optional<DiagKind> note, SourceRange note_range) {
  if (last_error_ == index_) return;
  last_error_ = index_;
  const std::string_view hint = this->hint(text);
  // Whatever was expected, a symbol that the language does not have is the mistake.
  if (is(TokenKind::unknown)) text = "unexpected symbol";
  auto diagnostic = diags_.report(DiagKind::syntax_error, range(), text, shown(peek()));
  if (note) diagnostic.note(*note, note_range);
  if (!hint.empty()) diagnostic.note(DiagKind::hint_syntax, range(), hint);
  if (continued_) diagnostic.note(DiagKind::hint_continued, range(at(*continued_)));
}

void Cursor::report(std::string_view text, std::string_view hint) {
  if (last_error_ == index_) return;
  last_error_ = index_;
  diags_.report(DiagKind::syntax_error, range(), text, shown(peek()))
      .note(DiagKind::hint_syntax, range(), hint);
}

void Cursor::fail_expected(std::string_view what) {
  fail(fmt::format("{} expected", what));
}

void Cursor::fail_too_deep() {
  report("this is nested too deeply");
  // Nothing after it is worth a message: each of its many levels would look for a place to go on.
  index_ = tokens_.size() - 1;
  last_error_ = index_;
  throw SyntaxError{};
}

}  // namespace palatine::parse
