#include "runtime/pool/heap_sources.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <unordered_map>

#include "runtime/device/address_range.h"

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

class GrowingHeapSource final : public HeapSource {
 public:
  void free(void* address, uint64_t size_bytes, uint64_t alignment) override {
    {
      std::lock_guard lock(mutex_);
      if (auto found = ranges_.find(address); found != ranges_.end()) {
        device::release_addresses(address, found->second);
        ranges_.erase(found);
        return;
      }
    }
    HeapSource::free(address, size_bytes, alignment);
  }
  uint64_t extension_bytes() const override { return kStep; }
  void* allocate_extensible(uint64_t size_bytes, uint64_t alignment, uint64_t& range_bytes) override {
    if (alignment > kStep) return nullptr;
    void* address = device::reserve_addresses(range_bytes, kStep);
    if (!address) return nullptr;
    if (!device::fill_addresses(address, size_bytes)) {
      device::release_addresses(address, range_bytes);
      return nullptr;
    }
    std::lock_guard lock(mutex_);
    ranges_[address] = range_bytes;
    return address;
  }
  bool extend(void* address, uint64_t size_bytes, uint64_t more_bytes) override {
    return device::fill_addresses(static_cast<char*>(address) + size_bytes, more_bytes);
  }
  uint64_t shrink(void* address, uint64_t size_bytes, uint64_t keep_bytes) override {
    const uint64_t kept = std::max(kStep, (keep_bytes + kStep - 1) / kStep * kStep);
    if (kept >= size_bytes) return size_bytes;
    device::empty_addresses(static_cast<char*>(address) + kept, size_bytes - kept);
    return kept;
  }

 private:
  static constexpr uint64_t kStep = 4096;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<void*, uint64_t> ranges_;
};

}  // namespace

MemorySource& heap_source() {
  static HeapSource source;
  return source;
}

MemorySource& pool::growing_heap_source() {
  static GrowingHeapSource source;
  return source;
}

}  // namespace palatine
