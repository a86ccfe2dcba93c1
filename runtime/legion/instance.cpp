#include "runtime/legion/instance.h"

#include <string>

#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

std::string described(const RootRegion& root) {
  std::string text = root.name.empty() ? "a region" : "region `" + root.name + "`";
  if (!root.file.empty()) text += " (created at " + root.file + ":" + std::to_string(root.line) + ")";
  return text;
}

[[noreturn]] void fail_out_of_memory(Forest& forest, const RootRegion& root, uint32_t group, uint64_t mask,
                                     unsigned __int128 asked_bytes, const Mapper& mapper) {
  std::string fields;
  for (int k = 0; k < kGroupFields; ++k) {
    if (!(mask >> k & 1)) continue;
    const char* name = root.fields[group * kGroupFields + k].name;
    fields += fields.empty() ? "" : ", ";
    fields += name && *name ? "`" + std::string(name) + "`" : "its elements";
  }
  std::string asked =
      asked_bytes > UINT64_MAX ? "more than 2^64" : std::to_string(static_cast<uint64_t>(asked_bytes));
  const realm::SystemMemory& memory = forest.memory();
  realm::fatal_error(
      "%s:%u: out of memory: task `%s` cannot map %s of %s\n"
      "  asked: %s bytes; free: %llu; largest free block: %llu; limit: %llu (set with -ll:csize, in MiB)",
      mapper.loc.file ? mapper.loc.file : "?", mapper.loc.line, mapper.task_name, fields.c_str(),
      described(root).c_str(), asked.c_str(), static_cast<unsigned long long>(memory.free_bytes()),
      static_cast<unsigned long long>(memory.largest_block_bytes()),
      static_cast<unsigned long long>(memory.limit_bytes()));
}

}  // namespace

void allocate_fields(Forest& forest, RootRegion& root, uint32_t group, uint64_t mask, const Mapper& mapper) {
  std::atomic<uint64_t>& allocated = root.allocated[group];
  if ((allocated.load(std::memory_order_acquire) & mask) == mask) return;
  std::lock_guard lock(root.mutex);
  uint64_t missing = mask & ~allocated.load(std::memory_order_relaxed);
  uint64_t volume = root.domain.box.volume();
  unsigned __int128 asked_bytes = 0;
  for (int k = 0; k < kGroupFields; ++k) {
    if (missing >> k & 1) {
      asked_bytes +=
          static_cast<unsigned __int128>(volume) * root.fields[group * kGroupFields + k].size_bytes;
    }
  }
  for (int k = 0; k < kGroupFields; ++k) {
    if (!(missing >> k & 1)) continue;
    uint32_t field = group * kGroupFields + k;
    char* address = nullptr;
    if (asked_bytes <= UINT64_MAX) address = forest.memory().allocate(volume * root.fields[field].size_bytes);
    if (!address) fail_out_of_memory(forest, root, group, missing, asked_bytes, mapper);
    root.storage[field].address.store(address, std::memory_order_relaxed);
  }
  allocated.fetch_or(missing, std::memory_order_release);
}

api::FieldAddress field_address(const RootRegion& root, uint32_t field) {
  const Box& box = root.domain.box;
  api::FieldAddress result;
  char* address = root.storage[field].address.load(std::memory_order_relaxed);
  uint64_t stride = root.fields[field].size_bytes;
  uint64_t shift = 0;
  // Unsigned, so that corners far from the origin wrap instead of overflowing.
  for (int d = 0; d < 3; ++d) {
    result.stride_bytes[d] = static_cast<int64_t>(stride);
    shift += static_cast<uint64_t>(box.lo[d]) * stride;
    stride *= box.extent(d);
  }
  result.base = reinterpret_cast<char*>(reinterpret_cast<uint64_t>(address) - shift);
  return result;
}

}  // namespace palatine::legion
