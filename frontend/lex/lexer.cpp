#include "frontend/lex/lexer.h"

#include <cctype>
#include <unordered_map>

#include "frontend/lex/literal.h"

namespace palatine::lex {

namespace {

using WordTable = std::unordered_map<std::string_view, TokenKind>;

const WordTable& lua_keywords() {
  static const WordTable table = {
#define TOKEN(name, text)
#define KEYWORD(name, text) {text, TokenKind::name},
#define EXTENSION(name, text)
#include "frontend/lex/tokens.def"
#undef TOKEN
  };
  return table;
}

const WordTable& extension_keywords() {
  static const WordTable table = {
#define TOKEN(name, text)
#define KEYWORD(name, text)
#define EXTENSION(name, text) {text, TokenKind::name},
#include "frontend/lex/tokens.def"
#undef TOKEN
  };
  return table;
}

WordClass word_class(std::string_view word) {
  static const std::unordered_map<std::string_view, WordClass> table = {
#define WORD(text) {text, WordClass::regent},
#define ENTRY(text) {text, WordClass::regent_entry},
#include "frontend/lex/words.def"
  };
  auto found = table.find(word);
  return found == table.end() ? WordClass::plain : found->second;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Lexer {
 public:
  Lexer(std::string_view text, FileId file, Diagnostics& diags, const LexOptions& options)
      : text_(text), file_(file), diags_(diags), options_(options) {}

  std::vector<Token> run() {
    skip_start_of_file();
    while (true) {
      skip_space();
      begin_ = at_;
      begin_line_ = line_;
      if (at_ >= text_.size()) break;
      lex_token();
    }
    add(TokenKind::end_of_file);
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  SourceRange range_from(size_t begin) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
  }

  void add(TokenKind kind, WordClass word = WordClass::plain) {
    tokens_.push_back(
        {kind, word, static_cast<uint32_t>(begin_), static_cast<uint32_t>(at_), begin_line_, line_});
  }

  // Takes the line end or the byte at the current position, and counts lines.
  void advance() {
    size_t length = line_end_length(text_, at_);
    if (length) ++line_;
    at_ += length ? length : 1;
  }

  void skip_start_of_file() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    if (peek() == '#') skip_line();
  }

  void skip_line() {
    while (at_ < text_.size() && !line_end_length(text_, at_)) ++at_;
  }

  void skip_space() {
    while (at_ < text_.size()) {
      char c = peek();
      if (c == ' ' || c == '\t' || c == '\f' || c == '\v' || line_end_length(text_, at_)) {
        advance();
      } else if (c == '-' && peek(1) == '-') {
        skip_comment();
      } else {
        break;
      }
    }
  }

  void skip_comment() {
    size_t begin = at_;
    at_ += 2;
    std::optional<size_t> level = long_bracket_level(text_, at_);
    if (!level) return skip_line();
    if (!skip_long_bracket(*level)) {
      diags_.report(DiagKind::lex_unfinished_comment,
                    {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 2)});
    }
  }

  // Skips a long bracket whose opening is at the current position; false when the file ends inside it.
  bool skip_long_bracket(size_t level) {
    at_ += level + 2;
    while (at_ < text_.size()) {
      if (peek() == ']') {
        size_t equals = 0;
        while (peek(1 + equals) == '=') ++equals;
        if (equals == level && peek(1 + equals) == ']') {
          at_ += level + 2;
          return true;
        }
        at_ += 1 + equals;
      } else {
        advance();
      }
    }
    return false;
  }

  void lex_token() {
    char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return lex_number();
    if (is_name_byte(c)) return lex_name();
    if (c == '"' || c == '\'') return lex_quoted(c);
    if (c == '[') {
      if (std::optional<size_t> level = long_bracket_level(text_, at_)) return lex_long_string(*level);
    }
    lex_symbol();
  }

  void lex_name() {
    while (is_name_byte(peek()) && at_ < text_.size()) ++at_;
    std::string_view word = text_.substr(begin_, at_ - begin_);
    if (auto found = lua_keywords().find(word); found != lua_keywords().end()) return add(found->second);
    if (options_.plain_lua) return add(TokenKind::name);
    if (auto found = extension_keywords().find(word); found != extension_keywords().end())
      return add(found->second);
    add(TokenKind::name, word_class(word));
  }

  // Takes as much as LuaJIT does, so that both find the same tokens: name bytes, dots, and a sign behind an
  // exponent.
  void lex_number() {
    bool is_hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    char exponent = is_hex ? 'p' : 'e';
    while (at_ < text_.size()) {
      char c = peek();
      bool is_sign = (c == '+' || c == '-') && at_ > begin_ && (text_[at_ - 1] | 0x20) == exponent;
      if (!is_name_byte(c) && c != '.' && !is_sign) break;
      ++at_;
    }
    add(TokenKind::number);
  }

  void lex_quoted(char quote) {
    ++at_;
    while (true) {
      if (at_ >= text_.size() || line_end_length(text_, at_)) {
        diags_.report(DiagKind::lex_unfinished_string, range_from(begin_));
        break;
      }
      char c = peek();
      if (c == quote) {
        ++at_;
        break;
      }
      if (c != '\\') {
        ++at_;
        continue;
      }
      size_t escape = at_;
      if (std::optional<size_t> end = escape_sequence_end(text_, at_)) {
        while (at_ < *end) advance();
      } else {
        // The byte behind the backslash may be a quote that was meant to end the string only if the file ends
        // here.
        ++at_;
        if (at_ < text_.size() && !line_end_length(text_, at_)) ++at_;
        diags_.report(DiagKind::lex_invalid_escape, range_from(escape));
      }
    }
    add(TokenKind::string);
  }

  void lex_long_string(size_t level) {
    if (!skip_long_bracket(level)) {
      diags_.report(DiagKind::lex_unfinished_long_string,
                    {file_, static_cast<uint32_t>(begin_), static_cast<uint32_t>(begin_ + level + 2)});
    }
    add(TokenKind::string);
  }

  void lex_symbol() {
    // Longest first, so that `...` is not read as `..` and `.`.
    static constexpr struct {
      std::string_view text;
      TokenKind kind;
      bool is_extension;
    } kSymbols[] = {
        {"...", TokenKind::dots, false},
        {"..", TokenKind::concat, false},
        {"==", TokenKind::equal_equal, false},
        {"~=", TokenKind::tilde_equal, false},
        {"<=", TokenKind::less_equal, false},
        {">=", TokenKind::greater_equal, false},
        {"->", TokenKind::arrow, true},
        {"<<", TokenKind::shift_left, true},
        {">>", TokenKind::shift_right, true},
        {"::", TokenKind::double_colon, false},
        {"+", TokenKind::plus, false},
        {"-", TokenKind::minus, false},
        {"*", TokenKind::star, false},
        {"/", TokenKind::slash, false},
        {"%", TokenKind::percent, false},
        {"^", TokenKind::caret, false},
        {"#", TokenKind::hash, false},
        {"<", TokenKind::less, false},
        {">", TokenKind::greater, false},
        {"=", TokenKind::equal, false},
        {"(", TokenKind::left_paren, false},
        {")", TokenKind::right_paren, false},
        {"{", TokenKind::left_brace, false},
        {"}", TokenKind::right_brace, false},
        {"[", TokenKind::left_bracket, false},
        {"]", TokenKind::right_bracket, false},
        {";", TokenKind::semicolon, false},
        {":", TokenKind::colon, false},
        {",", TokenKind::comma, false},
        {".", TokenKind::dot, false},
        {"&", TokenKind::ampersand, true},
        {"|", TokenKind::pipe, true},
        {"@", TokenKind::at, true},
        {"`", TokenKind::backquote, true},
    };
    for (const auto& symbol : kSymbols) {
      if (symbol.is_extension && options_.plain_lua) continue;
      if (text_.substr(at_, symbol.text.size()) != symbol.text) continue;
      at_ += symbol.text.size();
      return add(symbol.kind);
    }
    ++at_;
    add(TokenKind::unknown);
  }

  std::string_view text_;
  FileId file_;
  Diagnostics& diags_;
  LexOptions options_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  size_t begin_ = 0;  // of the token that is being read
  uint32_t begin_line_ = 1;
};

}  // namespace

bool is_name_byte(char c) {
  auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || byte >= 0x80;
}

std::vector<Token> tokenize(const SourceManager& sources, FileId file, Diagnostics& diags,
                            const LexOptions& options) {
  return Lexer(sources.text(file), file, diags, options).run();
}

}  // namespace palatine::lex
