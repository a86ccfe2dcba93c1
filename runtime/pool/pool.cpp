// The public face of the core.
#include "runtime/pool/include/palatine/pool.h"

#include <cstdlib>

#include "runtime/pool/core.h"

namespace palatine {

namespace {

class HeapSource final : public MemorySource {
 public:
  void* allocate(uint64_t size_bytes, uint64_t alignment) override {
    return std::aligned_alloc(alignment, (size_bytes + alignment - 1) / alignment * alignment);
  }
  void free(void* address, uint64_t, uint64_t) override { std::free(address); }
  bool is_host_accessible() const override { return true; }
};

}  // namespace

MemorySource& heap_source() {
  static HeapSource source;
  return source;
}

std::string MemoryShortage::text() const {
  std::string text = "out of memory: asked for " + std::to_string(asked_bytes) + " bytes";
  if (alignment > 16) text += " aligned to " + std::to_string(alignment);
  text += "; free " + std::to_string(free_bytes) + ", largest free block " +
          std::to_string(largest_free_bytes) + ", pending " + std::to_string(pending_bytes) + ", used " +
          std::to_string(used_bytes) + ", reserved " + std::to_string(reserved_bytes);
  if (limit_bytes != ~uint64_t{0}) text += ", limit " + std::to_string(limit_bytes);
  if (!is_limit_reached) text += "; the source has no more";
  return text;
}

const char* text_of(PoolError error) {
  switch (error) {
    case PoolError::none:
      return "no error";
    case PoolError::unknown_address:
      return "the address is not allocated from this pool";
    case PoolError::wrong_stream:
      return "the memory was allocated for another stream";
  }
  return "unknown error";
}

Pool::Pool(MemorySource& source, StreamOrder& order, const PoolOptions& options)
    : core_(std::make_unique<pool::Core>(source, order, options)) {}
Pool::~Pool() = default;

void* Pool::allocate(StreamId stream, uint64_t size_bytes, uint64_t alignment) {
  MemoryShortage shortage;
  if (void* address = core_->allocate(stream, size_bytes, alignment, &shortage)) return address;
  throw out_of_memory(shortage);
}
void* Pool::try_allocate(StreamId stream, uint64_t size_bytes, uint64_t alignment, MemoryShortage* shortage) {
  return core_->allocate(stream, size_bytes, alignment, shortage);
}
PoolError Pool::deallocate(void* address, StreamId stream) {
  return core_->deallocate(address, &stream);
}
PoolError Pool::deallocate(void* address) {
  return core_->deallocate(address, nullptr);
}
PoolError Pool::record_use(void* address, StreamId stream) {
  return core_->record_use(address, stream);
}
void Pool::poll() {
  core_->poll();
}
void Pool::synchronized(StreamId stream) {
  core_->synchronized(stream);
}
uint64_t Pool::trim(uint64_t reserved_bytes) {
  return core_->trim(reserved_bytes);
}
uint64_t Pool::surrender() {
  return core_->surrender();
}
void Pool::coalesce(uint64_t reserved_bytes) {
  core_->coalesce(reserved_bytes);
}
void Pool::on_shortage(std::function<bool(const MemoryShortage&)> callback) {
  core_->on_shortage(std::move(callback));
}
Pool::Location Pool::find(const void* address) const {
  return core_->find(address);
}
PoolStatistics Pool::statistics() const {
  return core_->statistics();
}
StreamStatistics Pool::statistics(StreamId stream) const {
  return core_->statistics(stream);
}
void Pool::reset_high_water() {
  core_->reset_high_water();
}
uint64_t Pool::largest_free_bytes() const {
  return core_->largest_free_bytes();
}
std::string Pool::check() const {
  return core_->check();
}

}  // namespace palatine
