#include "frontend/cimport/cimport.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/TargetParser/Host.h>
#include <palatine_config.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>

#include "frontend/base/content_hash.h"
#include "frontend/base/disk_cache.h"
#include "frontend/cimport/driver.h"
#include "frontend/cimport/parse.h"
#include "frontend/cimport/serialize.h"

namespace palatine::cimport {

namespace {

// Whether what is imported may depend on the folder that the command runs in.
bool depends_on_folder(const std::string& text, const ImportOptions& options) {
  // `#include "x.h"` begins its search there.
  if (text.find('"') != std::string::npos) return true;
  for (const std::string& arg : options.args) {
    if (!arg.starts_with("-I/") && !arg.starts_with("-D")) return true;
  }
  return false;
}

// Another build of the command may import differently.
const std::string& command_identity() {
  static const std::string identity = [] {
    std::error_code error;
    std::filesystem::path command = std::filesystem::read_symlink("/proc/self/exe", error);
    auto size_bytes = std::filesystem::file_size(command, error);
    auto written = std::filesystem::last_write_time(command, error).time_since_epoch().count();
    return std::to_string(size_bytes) + " " + std::to_string(written);
  }();
  return identity;
}

std::string cache_key(const std::string& text, const ImportOptions& options) {
  ContentHash hash;
  hash.add("header 4")
      .add(PALATINE_VERSION)
      .add(llvm::sys::getHostCPUName().str())
      .add(command_identity())
      .add(options.resource_dir)
      .add(text);
  for (const std::string& arg : options.args) hash.add(arg);
  if (options.is_cpp) hash.add("c++");
  std::error_code error;
  if (depends_on_folder(text, options)) hash.add(std::filesystem::current_path(error).string());
  return hash.hex();
}

std::shared_ptr<Header> find_cached(const DiskCache& cache, const std::string& key) {
  std::optional<std::string> bytes = cache.read(key, "header");
  return bytes ? deserialize(*bytes) : nullptr;
}

void store(const DiskCache& cache, const std::string& key, const Header& header, int64_t started_ns) {
  std::vector<FileStamp> stamps;
  for (const std::string& path : header.dependencies) {
    std::optional<FileStamp> stamp = stamp_file(path);
    // A file that changes while it is read must not be taken for what was parsed.
    if (!stamp || stamp->mtime_ns >= started_ns) return;
    stamps.push_back(std::move(*stamp));
  }
  cache.write(key, "header", serialize(header, stamps));
}

// A place in a header as a range of the source manager, so that its line is shown.
SourceRange header_range(SourceManager& sources, std::map<std::string, FileId>& files,
                         const ClangError& error) {
  if (error.file.empty() || error.line == 0) return {};
  auto [entry, is_new] = files.try_emplace(error.file);
  if (is_new) entry->second = sources.load(error.file);
  FileId file = entry->second;
  if (!file.is_valid()) return {};
  std::string_view line = sources.line_text(file, error.line);
  if (line.data() == nullptr) return {};
  auto begin =
      static_cast<uint32_t>(line.data() - sources.text(file).data()) + (error.column ? error.column - 1 : 0);
  return {file, begin, begin};
}

void report(const ParseResult& parsed, Diagnostics& diags, SourceRange where) {
  std::map<std::string, FileId> files;
  auto builder = diags.report(DiagKind::cimport_failed, where);
  constexpr size_t kMaxNotes = 8;
  size_t count = 0;
  for (const ClangError& error : parsed.errors) {
    if (count++ == kMaxNotes) break;
    SourceRange range = header_range(diags.sources(), files, error);
    if (range.is_valid() || error.file.empty()) {
      // In the imported text itself there is no file to show; the call is the place.
      builder.note(DiagKind::cimport_says, range.is_valid() ? range : where, error.text);
    } else {
      builder.note(DiagKind::cimport_says_at, {}, error.file, error.line, error.column, error.text);
    }
  }
}

}  // namespace

std::shared_ptr<const Header> import_text(const std::string& text, const ImportOptions& options,
                                          Diagnostics& diags, SourceRange where) {
  StageTimer timer(options.times, "cimport");
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Header>> imported;
  std::string key = cache_key(text, options);
  std::lock_guard lock(mutex);
  auto known = imported.find(key);
  if (known != imported.end()) return known->second;

  const ProgramFlags flags = sort_flags(options.args);
  if (!flags.error.empty()) {
    diags.report(DiagKind::cimport_no_flag, where, flags.error);
    return nullptr;
  }
  DiskCache cache(options.cache_dir);
  std::shared_ptr<Header> header = find_cached(cache, key);
  if (!header) header = find_cached(DiskCache(options.installed_dir), key);
  if (!header) {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    int64_t started_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    ParseResult parsed = parse_c(text, options, flags);
    if (!parsed.header) {
      report(parsed, diags, where);
      return nullptr;
    }
    header = std::move(parsed.header);
    store(cache, key, *header, started_ns);
  }
  header->source_text = text;
  header->clang_args = flags.flags;
  header->cpp_args = flags.cpp_flags;
  return imported[key] = std::move(header);
}

}  // namespace palatine::cimport
