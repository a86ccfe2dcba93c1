// Source files and positions in them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/base/id.h"

namespace palatine {

struct FileTag;
using FileId = Id<FileTag>;

// A half-open range of bytes of one file. An empty range (begin == end) is a point.
struct SourceRange {
  FileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool is_valid() const { return file.is_valid(); }
  // The smallest range that covers both; both must be of one file.
  SourceRange to(SourceRange other) const {
    return {file, begin < other.begin ? begin : other.begin, end > other.end ? end : other.end};
  }
};

// A line and a column, both from 1; the column counts bytes.
struct LineColumn {
  uint32_t line = 0;
  uint32_t column = 0;
};

// Owns the text of every file that was read, so that ranges stay meaningful.
// Not thread safe. Texts stay at their address for the manager's life.
class SourceManager {
 public:
  // Adds a text under the name that diagnostics print. Files are at most 4 GiB.
  FileId add(std::string name, std::string text);
  // Reads a file from disk; an invalid id when it cannot be read.
  FileId load(const std::string& path);

  std::string_view text(FileId file) const;
  std::string_view text(SourceRange range) const;
  // As given to `add` or `load`: the name that diagnostics print.
  const std::string& name(FileId file) const;
  LineColumn line_column(FileId file, uint32_t offset) const;
  uint32_t line(SourceRange range) const { return line_column(range.file, range.begin).line; }
  // The text of a line (from 1) without its line end.
  std::string_view line_text(FileId file, uint32_t line) const;
  // The point where a line (from 1) starts; the end of the file for lines behind it.
  SourceRange line_start(FileId file, uint32_t line) const;
  size_t file_count() const { return files_.size(); }

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> line_starts;
  };
  const File& at(FileId file) const;
  std::vector<std::unique_ptr<File>> files_;
};

}  // namespace palatine
