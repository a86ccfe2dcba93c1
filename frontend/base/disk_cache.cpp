#include "frontend/base/disk_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

namespace palatine {

namespace fs = std::filesystem;

namespace {

// Every entry ends in one of these, so that nothing else is ever removed from a folder that a user chose.
constexpr std::string_view kExtensions[] = {".o", ".deps", ".exe", ".so", ".header", ".tmp"};

bool is_entry(const fs::path& path) {
  std::string name = path.filename().string();
  size_t dot = name.find('.');
  if (dot != 32) return false;
  return std::find(std::begin(kExtensions), std::end(kExtensions), name.substr(name.rfind('.'))) !=
         std::end(kExtensions);
}

std::string unique_suffix() {
  static std::atomic<uint32_t> next{0};
  return fmt::format("{}.{}.tmp", getpid(), next.fetch_add(1, std::memory_order_relaxed));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

int64_t mtime_ns(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

struct Entry {
  std::string path;
  uint64_t size_bytes;
  int64_t mtime_ns;
};

std::vector<Entry> list_entries(const std::string& folder) {
  std::vector<Entry> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!is_entry(it->path())) continue;
    struct stat info;
    if (stat(it->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    entries.push_back({it->path().string(), static_cast<uint64_t>(info.st_size), mtime_ns(info)});
  }
  return entries;
}

}  // namespace

std::optional<FileStamp> stamp_file(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileStamp{path, static_cast<uint64_t>(info.st_size), mtime_ns(info)};
}

bool is_current(const FileStamp& stamp) {
  std::optional<FileStamp> now = stamp_file(stamp.path);
  return now && now->size_bytes == stamp.size_bytes && now->mtime_ns == stamp.mtime_ns;
}

bool write_file_atomically(const std::string& path, std::string_view content, bool is_executable) {
  std::string temporary = path + "." + unique_suffix();
  int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_executable ? 0777 : 0666);
  if (fd < 0) return false;
  bool is_written = write_all(fd, content);
  is_written = close(fd) == 0 && is_written;
  if (is_written && rename(temporary.c_str(), path.c_str()) == 0) return true;
  unlink(temporary.c_str());
  return false;
}

std::optional<std::string> read_whole_file(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string content;
  struct stat info;
  if (fstat(fd, &info) == 0 && info.st_size > 0) content.reserve(static_cast<size_t>(info.st_size));
  char buffer[1 << 16];
  ssize_t got;
  while ((got = ::read(fd, buffer, sizeof buffer)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    content.append(buffer, static_cast<size_t>(got));
  }
  close(fd);
  if (got < 0) return std::nullopt;
  return content;
}

std::string DiskCache::path(std::string_view key, std::string_view extension) const {
  return fmt::format("{}/{}.{}", folder_, key, extension);
}

std::optional<std::string> DiskCache::read(std::string_view key, std::string_view extension) const {
  if (!is_enabled()) return std::nullopt;
  return read_whole_file(path(key, extension));
}

bool DiskCache::contains(std::string_view key, std::string_view extension) const {
  return is_enabled() && access(path(key, extension).c_str(), R_OK) == 0;
}

bool DiskCache::write(std::string_view key, std::string_view extension, std::string_view content) const {
  std::string temporary = temporary_path();
  if (temporary.empty() || !write_file_atomically(temporary, content)) return false;
  return !adopt(temporary, key, extension).empty();
}

std::string DiskCache::temporary_path() const {
  if (!is_enabled()) return {};
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return {};
  // The name has the form of an entry, so that what a killed process left is evicted in time.
  static std::atomic<uint32_t> next{0};
  return fmt::format("{}/{:016x}{:016x}.tmp", folder_, getpid(),
                     next.fetch_add(1, std::memory_order_relaxed));
}

std::string DiskCache::adopt(const std::string& temporary, std::string_view key,
                             std::string_view extension) const {
  std::string entry = path(key, extension);
  if (rename(temporary.c_str(), entry.c_str()) == 0) return entry;
  unlink(temporary.c_str());
  return {};
}

void DiskCache::touch(const std::string& entry_path) const {
  utimensat(AT_FDCWD, entry_path.c_str(), nullptr, 0);
}

DiskCache::Usage DiskCache::usage() const {
  Usage usage;
  for (const Entry& entry : list_entries(folder_)) {
    ++usage.entry_count;
    usage.size_bytes += entry.size_bytes;
  }
  return usage;
}

void DiskCache::evict_beyond(uint64_t limit_bytes) const {
  if (!is_enabled()) return;
  std::vector<Entry> entries = list_entries(folder_);
  uint64_t total_bytes = 0;
  for (const Entry& entry : entries) total_bytes += entry.size_bytes;
  if (total_bytes <= limit_bytes && limit_bytes != 0) return;
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.mtime_ns < b.mtime_ns; });
  for (const Entry& entry : entries) {
    if (total_bytes <= limit_bytes && limit_bytes != 0) break;
    unlink(entry.path.c_str());
    total_bytes -= entry.size_bytes;
  }
}

}  // namespace palatine
