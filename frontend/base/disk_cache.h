// A folder of cache entries that processes share.
//
// Entries are files named `KEY.EXTENSION`. They appear whole or not at all (written under another name, then
// renamed), so readers need no lock. Failing to write is not an error: the cache is then of no use, and the
// caller goes on without it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace palatine {

// What a file was when its content was used.
struct FileStamp {
  std::string path;
  uint64_t size_bytes = 0;
  int64_t mtime_ns = 0;
};
// Nothing when the file cannot be examined.
std::optional<FileStamp> stamp_file(const std::string& path);
// The file is still as it was.
bool is_current(const FileStamp& stamp);

class DiskCache {
 public:
  // An empty folder name gives a cache that holds nothing. The folder is made when the first entry is.
  explicit DiskCache(std::string folder) : folder_(std::move(folder)) {}

  bool is_enabled() const { return !folder_.empty(); }
  const std::string& folder() const { return folder_; }
  std::string path(std::string_view key, std::string_view extension) const;

  std::optional<std::string> read(std::string_view key, std::string_view extension) const;
  bool contains(std::string_view key, std::string_view extension) const;
  bool write(std::string_view key, std::string_view extension, std::string_view content) const;

  // A name in the folder that nobody else uses; empty when the folder cannot be made.
  std::string temporary_path() const;
  // Makes a file at a temporary path the entry. The entry's path, or empty on failure.
  std::string adopt(const std::string& temporary, std::string_view key, std::string_view extension) const;
  // Marks an entry as used now, so that it is evicted last.
  void touch(const std::string& entry_path) const;

  struct Usage {
    uint64_t entry_count = 0;
    uint64_t size_bytes = 0;
  };
  Usage usage() const;
  // Removes the entries that were unused for longest until the rest fits.
  void evict_beyond(uint64_t limit_bytes) const;
  // Removes all entries; other files in the folder stay.
  void clear() const { evict_beyond(0); }

  static constexpr uint64_t kDefaultLimitBytes = uint64_t{2} << 30;

 private:
  std::string folder_;
};

// Writes a file so that a reader sees the old content or the new, never a part.
bool write_file_atomically(const std::string& path, std::string_view content, bool is_executable = false);
// The whole file; nothing when it cannot be read.
std::optional<std::string> read_whole_file(const std::string& path);

}  // namespace palatine
