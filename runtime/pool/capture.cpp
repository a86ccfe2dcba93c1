#include "runtime/pool/capture.h"

#include <algorithm>
#include <stdexcept>

#include "runtime/pool/include/palatine/pool_capture.h"

namespace palatine {

namespace pool {

namespace {

constexpr uint64_t kRangeBytes = uint64_t{4} << 30;

}  // namespace

CaptureSet::CaptureSet(MemorySource& source, const PoolOptions& options, const std::vector<StreamId>& streams)
    : streams_(streams) {
  for (size_t k = 0; k < streams.size(); ++k) {
    timelines_.push_back(std::make_unique<CapturedTimeline>());
    inner_.push_back(order_.add(*timelines_.back()));
  }
  PoolOptions apart = options;
  apart.keeps_streams_apart = true;
  // Each stream has a range, and there may be many captures.
  apart.range_bytes = std::min(apart.range_bytes, kRangeBytes);
  pool_ = std::make_unique<Pool>(&source == &heap_source() ? growing_heap_source() : source, order_, apart);
}

bool CaptureSet::captures(StreamId stream) const {
  return std::find(streams_.begin(), streams_.end(), stream) != streams_.end();
}

StreamId CaptureSet::inner(StreamId stream) const {
  const auto found = std::find(streams_.begin(), streams_.end(), stream);
  if (found == streams_.end()) throw std::invalid_argument("the stream is not captured");
  return inner_[static_cast<size_t>(found - streams_.begin())];
}

void CaptureSet::wait(StreamId stream, StreamId other) {
  order_.wait(inner(stream), order_.point(inner(other)));
}

void Captures::begin(std::shared_ptr<CaptureSet> set) {
  std::lock_guard lock(mutex_);
  capturing_.push_back(set.get());
  sets_.push_back(std::move(set));
  running_.store(static_cast<uint32_t>(capturing_.size()), std::memory_order_release);
  sets_count_.store(static_cast<uint32_t>(sets_.size()), std::memory_order_release);
}

void Captures::end(const CaptureSet& set) {
  std::lock_guard lock(mutex_);
  std::erase(capturing_, &set);
  running_.store(static_cast<uint32_t>(capturing_.size()), std::memory_order_release);
}

void Captures::forget(const CaptureSet& set) {
  end(set);
  std::lock_guard lock(mutex_);
  std::erase_if(sets_, [&](const auto& known) { return known.get() == &set; });
  sets_count_.store(static_cast<uint32_t>(sets_.size()), std::memory_order_release);
}

std::shared_ptr<CaptureSet> Captures::capturing(StreamId stream) const {
  std::lock_guard lock(mutex_);
  for (const auto& set : sets_) {
    const bool is_running = std::find(capturing_.begin(), capturing_.end(), set.get()) != capturing_.end();
    if (is_running && set->captures(stream)) return set;
  }
  return nullptr;
}

std::shared_ptr<CaptureSet> Captures::owner(const void* address) const {
  std::lock_guard lock(mutex_);
  for (const auto& set : sets_) {
    if (set->pool().find(address).state == Pool::State::used) return set;
  }
  return nullptr;
}

}  // namespace pool

PoolCapture::PoolCapture(Pool& pool, const std::vector<StreamId>& streams)
    : pool_(pool), set_(pool.begin_capture(streams)) {}

PoolCapture::~PoolCapture() {
  pool_.captures().forget(*set_);
}

void PoolCapture::wait(StreamId stream, StreamId other) {
  set_->wait(stream, other);
}

void PoolCapture::end() {
  pool_.captures().end(*set_);
}

PoolStatistics PoolCapture::statistics() const {
  return set_->pool().statistics();
}

}  // namespace palatine
