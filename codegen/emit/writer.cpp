#include "codegen/emit/writer.h"

#include <fmt/format.h>

namespace palatine::codegen {

// Stands for a directive whose number is the line that follows in the finished text.
static constexpr std::string_view kGeneratedLineMark = "\x01";

void Writer::raw(std::string_view text) {
  if (!text.empty()) text_.append(static_cast<size_t>(depth_) * 2, ' ').append(text);
  text_ += '\n';
  if (presumed_line_ != 0) presumed_line_ += 1;
}

void Writer::line(SourceRange range, std::string_view text) {
  if (line_directives_ && range.is_valid()) {
    const uint32_t line = sources_.line(range);
    const bool same_file = presumed_line_ != 0 && presumed_file_ == range.file;
    if (!same_file) {
      text_ += fmt::format("#line {} {}\n", line, string_literal(sources_.name(range.file)));
    } else if (presumed_line_ != line) {
      text_ += fmt::format("#line {}\n", line);
    }
    presumed_file_ = range.file;
    presumed_line_ = line;
  }
  raw(text);
}

void Writer::line(std::string_view text) {
  raw(text);
}

void Writer::lines(std::string_view text) {
  text_.append(text).append("\n");
  presumed_line_ = 0;
}

void Writer::blank() {
  raw("");
}

void Writer::leave_source() {
  if (presumed_line_ == 0) return;
  text_.append(kGeneratedLineMark).append("\n");
  presumed_line_ = 0;
}

void Writer::append(const Writer& other) {
  leave_source();
  text_ += other.text_;
  presumed_file_ = other.presumed_file_;
  presumed_line_ = other.presumed_line_;
}

std::string Writer::finish(const std::string& generated_name) const {
  std::string result;
  result.reserve(text_.size() + 256);
  uint32_t line = 1;
  for (size_t begin = 0; begin < text_.size();) {
    const size_t end = text_.find('\n', begin);
    const std::string_view text(text_.data() + begin, end - begin);
    if (text == kGeneratedLineMark) {
      result += fmt::format("#line {} {}\n", line + 1, string_literal(generated_name));
    } else {
      result.append(text).append("\n");
    }
    line += 1;
    begin = end + 1;
  }
  return result;
}

std::string string_literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        // Octal escapes end after three digits, so the next character cannot become a part of them.
        if (c >= 0x20 && c < 0x7f) {
          result += c;
        } else {
          result += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
        }
    }
  }
  return result + '"';
}

}  // namespace palatine::codegen
