#include "frontend/source/source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace palatine {

FileId SourceManager::add(std::string name, std::string text) {
  auto file = std::make_unique<File>();
  file->name = std::move(name);
  file->text = std::move(text);
  file->line_starts.push_back(0);
  // Lua takes \n, \r, \r\n and \n\r each as one line end; our lines are the same, so that positions agree.
  const std::string& t = file->text;
  for (size_t i = 0; i < t.size(); ++i) {
    if (t[i] != '\n' && t[i] != '\r') continue;
    if (i + 1 < t.size() && (t[i + 1] == '\n' || t[i + 1] == '\r') && t[i + 1] != t[i]) ++i;
    file->line_starts.push_back(static_cast<uint32_t>(i + 1));
  }
  files_.push_back(std::move(file));
  return FileId{static_cast<uint32_t>(files_.size() - 1)};
}

FileId SourceManager::load(const std::string& path) {
  // A folder can be opened, but not read.
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad() || text.bad()) return {};
  return add(path, std::move(text).str());
}

const SourceManager::File& SourceManager::at(FileId file) const {
  return *files_.at(file.index);
}

std::string_view SourceManager::text(FileId file) const {
  return at(file).text;
}

std::string_view SourceManager::text(SourceRange range) const {
  std::string_view all = text(range.file);
  return all.substr(std::min<size_t>(range.begin, all.size()), range.end - range.begin);
}

const std::string& SourceManager::name(FileId file) const {
  return at(file).name;
}

LineColumn SourceManager::line_column(FileId file, uint32_t offset) const {
  const auto& starts = at(file).line_starts;
  auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  auto line = static_cast<uint32_t>(after - starts.begin());
  return {line, offset - starts[line - 1] + 1};
}

std::string_view SourceManager::line_text(FileId file, uint32_t line) const {
  const File& f = at(file);
  if (line == 0 || line > f.line_starts.size()) return {};
  size_t begin = f.line_starts[line - 1];
  size_t end = line < f.line_starts.size() ? f.line_starts[line] : f.text.size();
  while (end > begin && (f.text[end - 1] == '\r' || f.text[end - 1] == '\n')) --end;
  return std::string_view(f.text).substr(begin, end - begin);
}

SourceRange SourceManager::line_start(FileId file, uint32_t line) const {
  const File& f = at(file);
  uint32_t begin =
      line >= 1 && line <= f.line_starts.size() ? f.line_starts[line - 1] : uint32_t(f.text.size());
  return {file, begin, begin};
}

}  // namespace palatine
