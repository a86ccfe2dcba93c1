// The position in a file's tokens, shared by the parsers of Lua and of constructs, and how they report
// errors.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/diag/diag.h"
#include "frontend/lex/token.h"

namespace palatine::parse {

// Thrown behind a reported syntax error; caught where parsing can go on.
struct SyntaxError {};

class Cursor {
 public:
  // `tokens` ends with end_of_file and must outlive the cursor.
  Cursor(const SourceManager& sources, FileId file, const std::vector<lex::Token>& tokens, Diagnostics& diags)
      : sources_(sources), file_(file), text_(sources.text(file)), tokens_(tokens), diags_(diags) {}

  const lex::Token& peek(size_t ahead = 0) const {
    return tokens_[std::min(index_ + ahead, tokens_.size() - 1)];
  }
  const lex::Token& previous() const { return tokens_[index_ > 0 ? index_ - 1 : 0]; }
  const lex::Token& at(size_t index) const { return tokens_[std::min(index, tokens_.size() - 1)]; }
  size_t index() const { return index_; }
  // Takes the current token; stays at the end of the file.
  const lex::Token& next();

  bool at_end() const { return is(lex::TokenKind::end_of_file); }
  bool is(lex::TokenKind kind, size_t ahead = 0) const { return peek(ahead).kind == kind; }
  // Whether the token is this word: a name token with this text.
  bool is_word(std::string_view word, size_t ahead = 0) const {
    return is(lex::TokenKind::name, ahead) && text(peek(ahead)) == word;
  }
  // Whether the token is a name that Regent code may use: its reserved words are not.
  bool is_regent_name(size_t ahead = 0) const {
    return is(lex::TokenKind::name, ahead) && peek(ahead).word == lex::WordClass::plain;
  }
  bool accept(lex::TokenKind kind);
  bool accept_word(std::string_view word);
  // Take the token, or report `'x' expected near ...` and throw.
  void expect(lex::TokenKind kind);
  void expect_word(std::string_view word);
  // Takes `kind`, which closes what the token at index `opener` opened. When it is missing, reports that,
  // with a note at the opener unless both are on one line, and goes on as if it were there.
  void expect_closing(lex::TokenKind kind, size_t opener);

  std::string_view text(const lex::Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  std::string_view text() const { return text_; }
  FileId file() const { return file_; }
  SourceRange range(const lex::Token& token) const { return {file_, token.begin, token.end}; }
  SourceRange range() const { return range(peek()); }
  // From the token at index `first` to the last token taken.
  SourceRange range_from(size_t first) const;

  // Of a token by its index; and of the first token on its line.
  uint32_t column(size_t token) const;
  uint32_t indentation(size_t token) const;
  // A name or a word of the language.
  bool is_word_like() const {
    const char first = text(peek()).empty() ? ' ' : text(peek()).front();
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_';
  }

  const SourceManager& sources() const { return sources_; }
  Diagnostics& diags() const { return diags_; }

  // How messages name a token: its text in quotes; bare for words that start a construct.
  std::string shown(const lex::Token& token) const;

  // Reports "TEXT near 'token'" at the current token, unless an error at this token was reported already:
  // what follows from one mistake is not worth a second message.
  void report(std::string_view text) { report(text, std::nullopt, {}); }
  // The same with a hint of its own.
  void report(std::string_view text, std::string_view hint);
  // The same with a note.
  void report(std::string_view text, std::optional<DiagKind> note, SourceRange note_range);
  [[noreturn]] void fail(std::string_view text) {
    report(text);
    throw SyntaxError{};
  }
  [[noreturn]] void fail_expected(std::string_view what);

  // While it lives, a bracket that begins a line is read as an index of what stands before the line: errors
  // say so.
  class Continued {
   public:
    Continued(Cursor& cursor, size_t opener) : cursor_(cursor), outer_(cursor.continued_) {
      const bool begins_line = opener > 0 && cursor.at(opener).line > cursor.at(opener - 1).end_line;
      if (begins_line) cursor.continued_ = opener;
    }
    ~Continued() { cursor_.continued_ = outer_; }
    Continued(const Continued&) = delete;
    Continued& operator=(const Continued&) = delete;

   private:
    Cursor& cursor_;
    std::optional<size_t> outer_;
  };

  // Counts nested syntax; reports and throws when it is too deep for the stack of this parser or of LuaJIT's.
  class Level {
   public:
    explicit Level(Cursor& cursor, int count = 1) : cursor_(cursor), count_(count) {
      cursor_.depth_ += count_;
      if (cursor_.depth_ > kMaxDepth) {
        cursor_.depth_ -= count_;
        cursor_.fail_too_deep();
      }
    }
    ~Level() { cursor_.depth_ -= count_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Cursor& cursor_;
    int count_;
  };

  // LuaJIT allows 200 levels, and counts a few more than we do for the calls that replace constructs.
  static constexpr int kMaxDepth = 180;
  // Links of one chain (`a + b + c`, `a.b.c`): they are nested in the tree too, but cost the parser no stack.
  static constexpr int kMaxChain = 1000;
  [[noreturn]] void fail_too_deep();

 private:
  std::string_view hint(std::string_view expected) const;
  bool is_behind_unfinished_string() const;

  const SourceManager& sources_;
  FileId file_;
  std::string_view text_;
  const std::vector<lex::Token>& tokens_;
  Diagnostics& diags_;
  size_t index_ = 0;
  size_t last_error_ = SIZE_MAX;  // index of the token of the last error
  int depth_ = 0;
  std::optional<size_t> continued_;  // the index of the innermost such bracket
  // What was closed by an `end` further left: its own may be missing.
  struct Suspect {
    size_t opener;
    size_t end;
  };
  std::vector<Suspect> suspects_;
};

}  // namespace palatine::parse
