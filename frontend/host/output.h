// The text of a translation, built from pieces of the source and insertions between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend/lex/lexer.h"

namespace palatine::host {

class Output {
 public:
  explicit Output(std::string_view source) : source_(source) { parts_.push_back({{}, 0}); }

  // Copies the source from where the last copy ended up to `offset`.
  void copy_to(size_t offset) {
    Part& part = parts_.back();
    if (offset <= part.copied) return;
    part.text.append(source_.substr(part.copied, offset - part.copied));
    part.copied = offset;
  }
  // Leaves the source up to `offset` out.
  void skip_to(size_t offset) { parts_.back().copied = offset; }
  // A space keeps a word apart from one that it follows.
  void insert(std::string_view text) { insert_at(mark(), text); }
  // A place in the text, for insertions that turn out later to be needed.
  size_t mark() const { return parts_.back().text.size(); }
  void insert_at(size_t mark, std::string_view text) {
    std::string& output = parts_.back().text;
    const bool joins_words =
        mark > 0 && !text.empty() && lex::is_name_byte(output[mark - 1]) && lex::is_name_byte(text.front());
    output.insert(mark, text);
    if (joins_words) output.insert(mark, 1, ' ');
  }

  // Builds a text apart, from the source at `offset`, until the object ends.
  class Apart {
   public:
    Apart(Output& output, size_t offset) : output_(output) { output_.parts_.push_back({{}, offset}); }
    ~Apart() { output_.parts_.pop_back(); }
    Apart(const Apart&) = delete;
    Apart& operator=(const Apart&) = delete;
    std::string take() { return std::move(output_.parts_.back().text); }

   private:
    Output& output_;
  };

  std::string take() { return std::move(parts_.back().text); }

 private:
  struct Part {
    std::string text;
    size_t copied;  // offset into the source
  };
  std::string_view source_;
  std::vector<Part> parts_;
};

}  // namespace palatine::host
