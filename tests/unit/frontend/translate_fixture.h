// Translates texts, for tests of the parsers.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "frontend/host/translation.h"

namespace palatine {

struct Translated {
  std::unique_ptr<SourceManager> sources = std::make_unique<SourceManager>();
  std::unique_ptr<Diagnostics> diags = std::make_unique<Diagnostics>(*sources);
  host::Translation translation;

  const std::string& lua() const { return translation.lua; }
  const ast::Construct& construct(size_t i = 0) const { return *translation.constructs.at(i); }
  std::string tree(size_t i = 0) const { return ast::print(*sources, construct(i)); }

  // "LINE: text" for each diagnostic.
  std::vector<std::string> errors() const {
    std::vector<std::string> result;
    for (const Diagnostic& diagnostic : diags->all()) {
      result.push_back(std::to_string(sources->line(diagnostic.main.range)) + ": " + diagnostic.main.text);
    }
    return result;
  }
};

inline Translated translate(const std::string& text, bool is_plain_lua = false) {
  Translated result;
  FileId file = result.sources->add(is_plain_lua ? "test.lua" : "test.rg", text);
  result.translation = host::translate(*result.sources, file, *result.diags, 0, is_plain_lua);
  return result;
}

// The language is on from the first line on.
inline Translated translate_regent(const std::string& text) {
  Translated result = translate("import \"regent\" " + text);
  EXPECT_EQ(result.errors(), std::vector<std::string>{}) << text;
  return result;
}

inline std::vector<std::string> syntax_errors(const std::string& text) {
  return translate("import \"regent\" " + text).errors();
}

// The tree of one expression.
inline std::string expression_tree(const std::string& text) {
  std::string tree = translate_regent("return rexpr " + text + " end").tree();
  return tree.substr(tree.find('\n') + 1);
}

}  // namespace palatine
