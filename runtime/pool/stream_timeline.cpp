#include "runtime/pool/stream_timeline.h"

#include <algorithm>

namespace palatine::pool {

StreamTimeline::StreamTimeline(device::Stream& stream, Work work) : stream_(stream), work_(work) {}

uint64_t StreamTimeline::position() {
  return stream_.submitted() + (work_ == Work::foreign ? 1 : 0);
}

uint64_t StreamTimeline::mark() {
  if (work_ == Work::counted) return stream_.submitted();
  // An event separates what was queued by others before from what comes after. Without one only counted work
  // is before the point.
  std::lock_guard lock(mutex_);
  uint64_t counted = stream_.submitted();
  return publish_locked(counted + 1) ? counted + 1 : counted;
}

void StreamTimeline::publish(uint64_t number) {
  std::lock_guard lock(mutex_);
  publish_locked(number);
}

// An event that is recorded at `number` or later; null when the stream is lost or all of it is done already.
std::shared_ptr<device::Event> StreamTimeline::publish_locked(uint64_t number) {
  if (is_lost_ || stream_.completed() >= number) return nullptr;
  // A stream may be lost while its device is not: it waits for another device that is.
  const auto note = [this](const device::Status& status) {
    is_lost_ = status.code() == device::StatusCode::device_lost;
  };
  if (!recorded_.empty() && recorded_.back().number >= number) {
    auto covering = std::lower_bound(recorded_.begin(), recorded_.end(), number,
                                     [](const Recorded& r, uint64_t n) { return r.number < n; });
    return covering->event;
  }
  std::shared_ptr<device::Event> event;
  // One that somebody still waits for must not be recorded again.
  if (!unused_.empty() && unused_.back().use_count() == 1) {
    event = std::move(unused_.back());
    unused_.pop_back();
  } else {
    auto made = stream_.device().create_event();
    if (!made.ok()) {
      note(made.status());
      return nullptr;
    }
    event = made.take();
    ++events_made_;
  }
  if (const device::Status recorded = stream_.record(*event); !recorded.ok()) {
    note(recorded);
    return nullptr;
  }
  recorded_.push_back({event->sequence(), event});
  return event;
}

void StreamTimeline::retire(uint64_t completed) {
  while (!recorded_.empty() && recorded_.front().number <= completed) {
    unused_.push_back(std::move(recorded_.front().event));
    recorded_.pop_front();
  }
}

uint64_t StreamTimeline::completed() {
  std::lock_guard lock(mutex_);
  if (is_lost_) return ~uint64_t{0};
  uint64_t known = stream_.completed();
  retire(known);
  // Every query but the last retires an event.
  while (!recorded_.empty()) {
    auto done = recorded_.front().event->query();
    if (!done.ok() && done.status().code() == device::StatusCode::device_lost) {
      is_lost_ = true;
      return ~uint64_t{0};
    }
    if (!done.ok() || !done.value()) break;
    known = std::max({known, recorded_.front().number, stream_.completed()});
    retire(known);
  }
  return known;
}

bool StreamTimeline::wait(uint64_t number) {
  std::shared_ptr<device::Event> event;
  {
    std::lock_guard lock(mutex_);
    if (is_lost_) return false;
    if (stream_.completed() >= number) return true;
    event = publish_locked(number);
  }
  device::Status status = event ? event->wait() : stream_.synchronize();
  std::lock_guard lock(mutex_);
  // Given up under the lock, so that whoever records it again comes after this.
  event.reset();
  if (status.ok()) return true;
  is_lost_ = status.code() == device::StatusCode::device_lost;
  // Whatever else went wrong, the stream itself can be waited for.
  return !is_lost_ && stream_.synchronize().ok();
}

bool StreamTimeline::wait_for(Timeline& other, uint64_t number) {
  auto* from = dynamic_cast<StreamTimeline*>(&other);
  if (!from || &from->stream_.device().platform() != &stream_.device().platform()) return false;
  std::shared_ptr<device::Event> event;
  {
    std::lock_guard lock(from->mutex_);
    if (from->is_lost_) return false;
    if (from->stream_.completed() >= number) return true;
    event = from->publish_locked(number);
  }
  const bool is_queued = event && stream_.wait(*event).ok();
  std::lock_guard lock(from->mutex_);
  event.reset();
  return is_queued;
}

bool StreamTimeline::call_when_over(uint64_t, void (*call)(void*), void* argument) {
  return stream_.call(call, argument, call).ok();
}

uint64_t StreamTimeline::events_made() const {
  std::lock_guard lock(mutex_);
  return events_made_;
}

void* DeviceSource::allocate(uint64_t size_bytes, uint64_t alignment) {
  uint64_t slack = alignment > memory_.alignment_bytes() ? alignment : 0;
  auto block = memory_.allocate(size_bytes + slack);
  if (!block.ok()) {
    note(block.status());
    return nullptr;
  }
  void* base = block.value();
  if (slack == 0) return base;
  void* aligned =
      reinterpret_cast<void*>((reinterpret_cast<uint64_t>(base) + alignment - 1) & ~(alignment - 1));
  std::lock_guard lock(mutex_);
  moved_[aligned] = base;
  return aligned;
}

void DeviceSource::free(void* address, uint64_t size_bytes, uint64_t alignment) {
  uint64_t slack = alignment > memory_.alignment_bytes() ? alignment : 0;
  if (slack > 0) {
    std::lock_guard lock(mutex_);
    auto at = moved_.find(address);
    if (at == moved_.end()) {
      // Blocks that grow are aligned by themselves.
      slack = 0;
    } else {
      address = at->second;
      moved_.erase(at);
    }
  }
  // A lost device has nothing to give back to.
  memory_.free(address, size_bytes + slack).ignore();
}

void* DeviceSource::allocate_extensible(uint64_t size_bytes, uint64_t alignment, uint64_t& range_bytes) {
  const uint64_t step = memory_.mapping_bytes();
  if (step == 0 || alignment > step) return nullptr;
  // No more than the memory could ever give.
  const uint64_t most = memory_.limit_bytes() - memory_.limit_bytes() % step;
  range_bytes = std::max(size_bytes, std::min(range_bytes, most));
  auto block = memory_.allocate_growing(size_bytes, range_bytes);
  if (block.ok()) return block.value();
  note(block.status());
  return nullptr;
}

bool DeviceSource::extend(void* address, uint64_t, uint64_t more_bytes) {
  const device::Status status = memory_.extend(address, more_bytes);
  if (!status.ok()) note(status);
  return status.ok();
}

uint64_t DeviceSource::shrink(void* address, uint64_t size_bytes, uint64_t keep_bytes) {
  auto left = memory_.shrink(address, keep_bytes);
  return left.ok() ? left.value() : size_bytes;
}

void DeviceSource::note(const device::Status& status) {
  std::lock_guard lock(mutex_);
  refusal_ = status.message();
}

std::string DeviceSource::refusal() const {
  std::lock_guard lock(mutex_);
  return refusal_;
}

}  // namespace palatine::pool
