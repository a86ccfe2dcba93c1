// The public face of the core.
#include "runtime/pool/include/palatine/pool.h"

#include <algorithm>
#include <stdexcept>

#include "runtime/pool/capture.h"
#include "runtime/pool/core.h"

namespace palatine {

std::string MemoryShortage::text() const {
  std::string text = "out of memory: asked for " + std::to_string(asked_bytes) + " bytes";
  if (alignment > 16) text += " aligned to " + std::to_string(alignment);
  text += "; free " + std::to_string(free_bytes) + ", largest free block " +
          std::to_string(largest_free_bytes) + ", pending " + std::to_string(pending_bytes) + ", used " +
          std::to_string(used_bytes) + ", reserved " + std::to_string(reserved_bytes);
  if (limit_bytes != ~uint64_t{0}) text += ", limit " + std::to_string(limit_bytes);
  if (!is_limit_reached) text += "; the source has no more";
  if (!is_limit_reached && !source_says.empty()) text += ": " + source_says;
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
    : source_(source),
      options_(options),
      core_(std::make_unique<pool::Core>(source, order, options)),
      captures_(std::make_unique<pool::Captures>()) {}
Pool::~Pool() = default;

void* Pool::allocate(StreamId stream, uint64_t size_bytes, uint64_t alignment) {
  MemoryShortage shortage;
  if (void* address = try_allocate(stream, size_bytes, alignment, &shortage)) return address;
  throw out_of_memory(shortage);
}
void* Pool::try_allocate(StreamId stream, uint64_t size_bytes, uint64_t alignment, MemoryShortage* shortage) {
  if (captures_->are_running()) {
    if (const auto set = captures_->capturing(stream))
      return set->pool().try_allocate(set->inner(stream), size_bytes, alignment, shortage);
  }
  return core_->allocate(stream, size_bytes, alignment, shortage);
}
PoolError Pool::deallocate(void* address, StreamId stream) {
  const PoolError error = core_->deallocate(address, &stream);
  if (error != PoolError::unknown_address || !captures_->have_memory()) return error;
  const auto set = captures_->owner(address);
  if (!set) return error;
  // Outside of the capture no stream stands for the one that frees.
  return set->captures(stream) ? set->pool().deallocate(address, set->inner(stream))
                               : set->pool().deallocate(address);
}
PoolError Pool::deallocate(void* address) {
  const PoolError error = core_->deallocate(address, nullptr);
  if (error != PoolError::unknown_address || !captures_->have_memory()) return error;
  const auto set = captures_->owner(address);
  return set ? set->pool().deallocate(address) : error;
}
PoolError Pool::record_use(void* address, StreamId stream) {
  const PoolError error = core_->record_use(address, stream);
  if (error != PoolError::unknown_address || !captures_->have_memory()) return error;
  const auto set = captures_->owner(address);
  if (!set) return error;
  return set->captures(stream) ? set->pool().record_use(address, set->inner(stream)) : PoolError::none;
}
std::shared_ptr<pool::CaptureSet> Pool::begin_capture(const std::vector<StreamId>& streams) {
  for (StreamId stream : streams) {
    if (captures_->capturing(stream)) throw std::invalid_argument("the stream is captured already");
  }
  // What is captured lasts: no caches, and no more than what the pool may still take.
  PoolOptions options = options_;
  options.stream_cache_bytes = 0;
  options.limit_bytes -= std::min(options.limit_bytes, core_->statistics().reserved_bytes);
  options.may_wait = false;
  auto set = std::make_shared<pool::CaptureSet>(source_, options, streams);
  captures_->begin(set);
  return set;
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
