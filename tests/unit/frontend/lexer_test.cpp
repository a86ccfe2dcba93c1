#include "frontend/lex/lexer.h"

#include <gtest/gtest.h>

#include "frontend/lex/literal.h"

namespace palatine::lex {
namespace {

struct Lexed {
  std::string tokens;  // kinds and texts, separated by blanks
  std::vector<std::string> errors;
};

Lexed lex(const std::string& text, bool is_plain_lua = false) {
  SourceManager sources;
  Diagnostics diags(sources);
  FileId file = sources.add("test.rg", text);
  Lexed result;
  for (const Token& token : tokenize(sources, file, diags, {is_plain_lua})) {
    if (!result.tokens.empty()) result.tokens += ' ';
    result.tokens += token.kind == TokenKind::name     ? "n:"
                     : token.kind == TokenKind::string ? "s:"
                     : token.kind == TokenKind::number ? "d:"
                                                       : "";
    result.tokens +=
        token.kind == TokenKind::end_of_file ? "." : text.substr(token.begin, token.end - token.begin);
  }
  for (const Diagnostic& diagnostic : diags.all()) result.errors.push_back(diagnostic.main.text);
  return result;
}

TEST(Lexer, TellsWordsNamesAndSymbols) {
  EXPECT_EQ(lex("local x = a.b[1] .. c ...").tokens, "local n:x = n:a . n:b [ d:1 ] .. n:c ... .");
  EXPECT_EQ(lex("a->b << c >> d::e ~= f == g <= h >= i").tokens,
            "n:a -> n:b << n:c >> n:d :: n:e ~= n:f == n:g <= n:h >= n:i .");
  EXPECT_EQ(lex("x += 1").tokens, "n:x + = d:1 .");
}

TEST(Lexer, ReservesTerrasWordsExceptInPlainLua) {
  EXPECT_EQ(lex("terra struct quote").tokens, "terra struct quote .");
  EXPECT_EQ(lex("terra struct quote", true).tokens, "n:terra n:struct n:quote .");
  EXPECT_EQ(lex("a->b", true).tokens, "n:a - > n:b .");
}

TEST(Lexer, SkipsCommentsAndTheFirstLine) {
  EXPECT_EQ(lex("#!/usr/bin/env palatine\nx -- y\n--[[ z\n ]] w --[==[ ]] ]==] v").tokens, "n:x n:w n:v .");
  EXPECT_EQ(lex("\xEF\xBB\xBFx").tokens, "n:x .");
}

TEST(Lexer, CountsLinesAsLuaDoes) {
  SourceManager sources;
  Diagnostics diags(sources);
  FileId file = sources.add("test.rg", "a\nb\r\nc\rd\n\re [[\n\n]] f");
  std::vector<uint32_t> lines;
  for (const Token& token : tokenize(sources, file, diags)) {
    lines.push_back(token.line);
    EXPECT_EQ(sources.line_column(file, token.begin).line, token.line);
  }
  EXPECT_EQ(lines, (std::vector<uint32_t>{1, 2, 3, 4, 5, 5, 7, 7}));
}

TEST(Lexer, GoesOnAfterErrors) {
  Lexed result = lex("x = 'no end\ny = \"\\q\" z $ [==[ w");
  EXPECT_EQ(result.errors,
            (std::vector<std::string>{"unfinished string", "invalid escape sequence in a string",
                                      "unfinished long string: its closing bracket is missing"}));
  EXPECT_EQ(result.tokens, "n:x = s:'no end n:y = s:\"\\q\" n:z $ s:[==[ w .");
  EXPECT_EQ(lex("--[[ x").errors,
            (std::vector<std::string>{"unfinished long comment: its closing bracket is missing"}));
}

struct NumberCase {
  const char* text;
  NumberValue::Type type;
  uint64_t integer;
  double floating;
};

TEST(Literal, TypesNumbersByTheirSpelling) {
  using Type = NumberValue::Type;
  const NumberCase cases[] = {
      {"0", Type::int32, 0, 0},
      {"2147483647", Type::int32, 2147483647, 0},
      {"2147483648", Type::uint32, 2147483648, 0},
      {"4294967295", Type::uint32, 4294967295, 0},
      {"7U", Type::uint32, 7, 0},
      {"7LL", Type::int64, 7, 0},
      {"7ULL", Type::uint64, 7, 0},
      {"7LLU", Type::uint64, 7, 0},
      {"7L", Type::int64, 7, 0},
      {"18446744073709551615ULL", Type::uint64, UINT64_MAX, 0},
      {"0x1f", Type::int32, 31, 0},
      {"0xffffffff", Type::uint32, 0xffffffff, 0},
      {"0xffffffffffffffffULL", Type::uint64, UINT64_MAX, 0},
      {"1.5", Type::float64, 0, 1.5},
      {".5", Type::float64, 0, .5},
      {"1.", Type::float64, 0, 1},
      {"1f", Type::float32, 0, 1},
      {"1.5f", Type::float32, 0, 1.5},
      {"1e3", Type::int32, 1000, 0},
      {"1.0e3", Type::float64, 0, 1000},
      {"1e-3", Type::float64, 0, 1e-3},
      {"1e10", Type::float64, 0, 1e10},
  };
  for (const NumberCase& c : cases) {
    std::optional<NumberValue> value = decode_number(c.text);
    ASSERT_TRUE(value) << c.text;
    EXPECT_EQ(value->type, c.type) << c.text;
    EXPECT_EQ(value->integer, c.integer) << c.text;
    EXPECT_EQ(value->floating, c.floating) << c.text;
  }
}

TEST(Literal, RejectsMalformedNumbers) {
  for (const char* text : {"3x", "0x", "0xg", "1.2.3", "1e", "1e+", "99999999999", "0x123456789", "1.5LL",
                           "1..2", "18446744073709551616ULL"}) {
    EXPECT_FALSE(decode_number(text)) << text;
  }
  for (const char* text : {"1", "0x1p4", "1e5", "12ULL", "3i", ".5"})
    EXPECT_TRUE(is_lua_number(text)) << text;
  for (const char* text : {"1U", "1f", "1.5LL", "0x", "1x"}) EXPECT_FALSE(is_lua_number(text)) << text;
}

TEST(Literal, DecodesStrings) {
  EXPECT_EQ(decode_string(R"("a\tb\\\"\65\x42\z   c\u{e9}")"), "a\tb\\\"ABc\xC3\xA9");
  EXPECT_EQ(decode_string("'two\\\nlines'"), "two\nlines");
  EXPECT_EQ(decode_string("'\\0end'"), std::string("\0end", 4));
  EXPECT_EQ(decode_string("[[\nfirst\r\nsecond]]"), "first\nsecond");
  EXPECT_EQ(decode_string("[==[a]]b]==]"), "a]]b");
}

}  // namespace
}  // namespace palatine::lex
