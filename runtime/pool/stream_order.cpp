#include "runtime/pool/include/palatine/stream_order.h"

#include <algorithm>

namespace palatine {

StreamId StreamOrder::add(Timeline& timeline) {
  std::lock_guard lock(mutex_);
  Stream& stream = streams_.emplace_back();
  stream.timeline = &timeline;
  uint32_t id = static_cast<uint32_t>(streams_.size()) - 1;
  count_.store(id + 1, std::memory_order_release);
  return StreamId{id};
}

Timeline& StreamOrder::timeline(StreamId id) const {
  std::lock_guard lock(mutex_);
  return *stream(id).timeline;
}

StreamPoint StreamOrder::point(StreamId id) {
  std::lock_guard lock(mutex_);
  const Stream& from = stream(id);
  // The clock first would do as well: a wait cannot come between, the lock is held.
  return {id, from.timeline->mark(), from.clock, from.waits.size()};
}

void StreamOrder::wait(StreamId id, const StreamPoint& point) {
  std::lock_guard lock(mutex_);
  if (id == point.stream) return;
  Stream& to = streams_[static_cast<uint32_t>(id)];
  if (keeps_waits_) to.waits.push_back({point.stream, point.number, point.waits});
  auto known = std::make_shared<std::vector<uint64_t>>();
  if (to.clock) *known = *to.clock;
  size_t needed = static_cast<size_t>(point.stream) + 1;
  if (point.clock) needed = std::max(needed, point.clock->size());
  if (known->size() < needed) known->resize(needed);
  if (point.clock) {
    for (size_t k = 0; k < point.clock->size(); ++k) (*known)[k] = std::max((*known)[k], (*point.clock)[k]);
  }
  uint64_t& direct = (*known)[static_cast<size_t>(point.stream)];
  direct = std::max(direct, point.number);
  to.clock = std::move(known);
  // Pairs with the pool's load: whoever sees the version finds the clock under the lock.
  to.version.fetch_add(1, std::memory_order_release);
}

uint64_t StreamOrder::known(StreamId id, StreamId other) const {
  std::lock_guard lock(mutex_);
  const auto& clock = stream(id).clock;
  size_t k = static_cast<size_t>(other);
  return clock && k < clock->size() ? (*clock)[k] : 0;
}

const std::atomic<uint64_t>& StreamOrder::version(StreamId id) const {
  std::lock_guard lock(mutex_);
  return stream(id).version;
}

std::shared_ptr<const std::vector<uint64_t>> StreamOrder::clock(StreamId id) const {
  std::lock_guard lock(mutex_);
  return stream(id).clock;
}

void StreamOrder::keep_waits() {
  std::lock_guard lock(mutex_);
  if (keeps_waits_) return;
  keeps_waits_ = true;
  for (Stream& to : streams_) {
    for (size_t k = 0; to.clock && k < to.clock->size(); ++k) {
      if ((*to.clock)[k] > 0) to.waits.push_back({StreamId{static_cast<uint32_t>(k)}, (*to.clock)[k], 0});
    }
  }
}

bool StreamOrder::comes_after(StreamId later, StreamId earlier, uint64_t number) const {
  std::lock_guard lock(mutex_);
  // Of each stream, how many waits were followed; the first ones are the same for every point of it.
  std::vector<uint64_t> followed(streams_.size());
  std::vector<Wait> next{{later, 0, stream(later).waits.size()}};
  while (!next.empty()) {
    const Wait at = next.back();
    next.pop_back();
    if (at.stream == earlier && at.number >= number) return true;
    uint64_t& done = followed[static_cast<uint32_t>(at.stream)];
    const std::vector<Wait>& waits = stream(at.stream).waits;
    next.insert(next.end(), waits.begin() + static_cast<std::ptrdiff_t>(std::min(done, at.waits)),
                waits.begin() + static_cast<std::ptrdiff_t>(at.waits));
    done = std::max(done, at.waits);
  }
  return false;
}

}  // namespace palatine
