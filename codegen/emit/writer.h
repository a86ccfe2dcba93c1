// Text with indentation and `#line` directives.
//
// A line of generated code belongs to a line of a program's source, or to nothing (descriptors, thunks). The
// writer knows which source line the C++ compiler presumes for the next line and writes a directive only
// where that differs, so that runs of simple statements stay readable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "frontend/source/source.h"

namespace palatine::codegen {

class Writer {
 public:
  Writer(const SourceManager& sources, bool line_directives)
      : sources_(sources), line_directives_(line_directives) {}

  // A line that belongs to the start of `range`, if that is a place in a source.
  void line(SourceRange range, std::string_view text);
  // A line whose source does not matter: braces, and declarations that make no code.
  void line(std::string_view text);
  // Text of several lines that is not ours to indent.
  void lines(std::string_view text);
  void blank();

  // From here on lines belong to the generated text itself, up to the next `line` with a range.
  void leave_source();

  void indent() { depth_ += 1; }
  void dedent() { depth_ -= 1; }

  // The finished text under the name that `#line` gives to lines of no source.
  std::string finish(const std::string& generated_name) const;
  // Takes over the lines of another writer as they are; the presumed line is unknown afterwards.
  void append(const Writer& other);

 private:
  void raw(std::string_view text);

  const SourceManager& sources_;
  bool line_directives_;
  std::string text_;
  int depth_ = 0;
  // What the compiler presumes for the next line; line 0: a line of the generated text.
  FileId presumed_file_;
  uint32_t presumed_line_ = 0;
};

// `text` as a C++ string literal, quotes included.
std::string string_literal(std::string_view text);

}  // namespace palatine::codegen
