#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/device/address_range.h"
#include "runtime/pool/include/palatine/pool.h"

namespace palatine {

namespace {

class HeapSource : public MemorySource {
 public:
  void* allocate(uint64_t size_bytes, uint64_t alignment) override {
    return std::aligned_alloc(alignment, (size_bytes + alignment - 1) / alignment * alignment);
  }
  void free(void* address, uint64_t, uint64_t) override { std::free(address); }
  bool is_host_accessible() const override { return true; }
};

// Ranges are asked for again and again, by one capture after the other. So the memory of a range is filled in
// advance, which costs nothing before it is touched, and a few ranges of blocks that are over stay, with a
// little memory each, as the heap's own would.
class GrowingHeapSource final : public HeapSource {
 public:
  void free(void* address, uint64_t size_bytes, uint64_t alignment) override {
    std::lock_guard lock(mutex_);
    const auto found = ranges_.find(address);
    if (found == ranges_.end()) {
      HeapSource::free(address, size_bytes, alignment);
      return;
    }
    Range range = found->second;
    ranges_.erase(found);
    if (kept_.size() == kMostKept) {
      // The oldest goes, so that sizes nobody asks for any more do not stay.
      device::release_addresses(kept_.front().first, kept_.front().second.bytes);
      kept_.erase(kept_.begin());
    }
    empty(address, range, kMostKeptBytes);
    kept_.emplace_back(address, range);
  }
  uint64_t extension_bytes() const override { return kStep; }
  void* allocate_extensible(uint64_t size_bytes, uint64_t alignment, uint64_t& range_bytes) override {
    if (alignment > kStep) return nullptr;
    std::lock_guard lock(mutex_);
    const auto [address, range] = take_range(range_bytes);
    if (!address) return nullptr;
    Range& known = ranges_[address] = range;
    if (fill(address, known, size_bytes)) return address;
    device::release_addresses(address, range_bytes);
    ranges_.erase(address);
    return nullptr;
  }
  bool extend(void* address, uint64_t size_bytes, uint64_t more_bytes) override {
    std::lock_guard lock(mutex_);
    return fill(address, ranges_.at(address), size_bytes + more_bytes);
  }
  uint64_t shrink(void* address, uint64_t size_bytes, uint64_t keep_bytes) override {
    const uint64_t kept = std::max(kStep, (keep_bytes + kStep - 1) / kStep * kStep);
    if (kept >= size_bytes) return size_bytes;
    std::lock_guard lock(mutex_);
    empty(address, ranges_.at(address), kept);
    return kept;
  }

 private:
  struct Range {
    uint64_t bytes = 0;
    // So many from the beginning have memory.
    uint64_t filled_bytes = 0;
  };
  static constexpr uint64_t kStep = 4096;
  static constexpr uint64_t kLeastFilled = 64 << 10;
  static constexpr size_t kMostKept = 32;
  static constexpr uint64_t kMostKeptBytes = 1 << 20;

  // One that is kept, or a new one; a null address when there is none.
  std::pair<void*, Range> take_range(uint64_t bytes) {
    const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                    [&](const auto& one) { return one.second.bytes == bytes; });
    if (found == kept_.rend()) return {device::reserve_addresses(bytes, kStep), Range{bytes, 0}};
    const auto taken = *found;
    kept_.erase(std::next(found).base());
    return taken;
  }
  // Fills twice as much as there was, so that a block that grows asks the system a few times only.
  static bool fill(void* address, Range& range, uint64_t needed_bytes) {
    if (needed_bytes <= range.filled_bytes) return true;
    const uint64_t want = std::max({needed_bytes, 2 * range.filled_bytes, kLeastFilled});
    for (const uint64_t filled : {std::min(want, range.bytes), needed_bytes}) {
      if (!device::fill_addresses(static_cast<char*>(address) + range.filled_bytes,
                                  filled - range.filled_bytes))
        continue;
      range.filled_bytes = filled;
      return true;
    }
    return false;
  }
  static void empty(void* address, Range& range, uint64_t keep_bytes) {
    if (range.filled_bytes <= keep_bytes) return;
    device::empty_addresses(static_cast<char*>(address) + keep_bytes, range.filled_bytes - keep_bytes);
    range.filled_bytes = keep_bytes;
  }

  std::mutex mutex_;  // guards what follows
  std::unordered_map<void*, Range> ranges_;
  std::vector<std::pair<void*, Range>> kept_;
};

}  // namespace

MemorySource& heap_source() {
  static HeapSource source;
  return source;
}

MemorySource& growing_heap_source() {
  static GrowingHeapSource source;
  return source;
}

}  // namespace palatine
