#include "runtime/device/software_core.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "runtime/device/software_device.h"

namespace palatine::device {

SoftwareCore::SoftwareCore(const SimulatedOptions& options, bool has_real_clock)
    : options_(options), has_real_clock_(has_real_clock), random_state_(options.seed) {}

SoftwareCore::~SoftwareCore() = default;

Status SoftwareCore::add_stream(const std::shared_ptr<StreamState>& stream) {
  std::unique_lock lock(mutex_);
  if (stream->device.is_lost()) return stream->device.status();
  streams_.push_back(stream);
  return {};
}

void SoftwareCore::remove_stream(const StreamState* stream) {
  std::unique_lock lock(mutex_);
  std::erase_if(streams_, [&](const auto& other) { return other.get() == stream; });
}

std::vector<std::shared_ptr<StreamState>> SoftwareCore::streams_of(const SoftwareDevice* device) {
  std::unique_lock lock(mutex_);
  std::vector<std::shared_ptr<StreamState>> streams;
  for (const auto& stream : streams_) {
    if (!device || &stream->device == device) streams.push_back(stream);
  }
  return streams;
}

static bool has_work(const StreamState& stream) {
  return stream.done.load(std::memory_order_relaxed) != stream.submitted.load(std::memory_order_acquire) &&
         !stream.has_failed();
}

bool SoftwareCore::step(StreamState& stream) {
  if (!options_.is_stepped || !has_work(stream)) return false;
  std::unique_lock lock(stream.mutex);
  return stream.perform_head(lock, false) == StreamState::Progress::advanced;
}

// SplitMix64: small, and every seed gives a sequence of its own.
uint64_t SoftwareCore::next_random() {
  uint64_t z = random_state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

size_t SoftwareCore::run_random(size_t count) {
  if (!options_.is_stepped) return 0;
  size_t steps = 0;
  // Streams that turned out to wait are passed over, beginning anywhere; so each that can go on has a chance.
  while (steps < count) {
    bool has_advanced = false;
    std::unique_lock lock(mutex_);
    size_t streams = streams_.size();
    size_t first = streams == 0 ? 0 : next_random() % streams;
    for (size_t i = 0; i < streams && !has_advanced; ++i) {
      size_t index = (first + i) % streams;
      if (index >= streams_.size() || !has_work(*streams_[index])) continue;
      std::shared_ptr<StreamState> stream = streams_[index];
      lock.unlock();
      has_advanced = step(*stream);
      lock.lock();
    }
    if (!has_advanced) break;
    ++steps;
  }
  return steps;
}

size_t SoftwareCore::run_timed(size_t count, uint64_t until_ns) {
  if (!options_.is_stepped) return 0;
  size_t steps = 0;
  while (steps < count) {
    std::shared_ptr<StreamState> first;
    uint64_t first_end = std::numeric_limits<uint64_t>::max();
    for (const auto& stream : streams_of(nullptr)) {
      uint64_t end;
      if (!has_work(*stream)) continue;
      std::unique_lock lock(stream->mutex);
      if (stream->preview_end_ns(lock, end) && end < first_end) {
        first = stream;
        first_end = end;
      }
    }
    if (!first || first_end > until_ns) break;
    if (step(*first)) ++steps;
  }
  return steps;
}

size_t SoftwareCore::run_all() {
  if (!options_.is_stepped) return 0;
  uint64_t before = operations_done();
  // An operation that is done may not queue others, so one pass is enough.
  for (const auto& stream : streams_of(nullptr)) {
    step_until(stream, stream->submitted.load(std::memory_order_acquire)).ignore();
  }
  return operations_done() - before;
}

Status SoftwareCore::wait_for(const std::shared_ptr<StreamState>& stream, Sequence sequence) {
  if (!stream || stream->is_done(sequence)) return {};
  return options_.is_stepped ? step_until(stream, sequence) : stream->block_until(sequence);
}

Status SoftwareCore::step_until(const std::shared_ptr<StreamState>& stream, Sequence sequence) {
  struct Need {
    std::shared_ptr<StreamState> stream;
    Sequence sequence;
  };
  // A stack instead of recursion: chains of waits may be as long as the program. What a wait needs was queued
  // before it, so the stack never holds a need twice.
  std::vector<Need> needs{{stream, sequence}};
  while (!needs.empty()) {
    StreamState& now = *needs.back().stream;
    if (now.is_done(needs.back().sequence)) {
      needs.pop_back();
      continue;
    }
    std::unique_lock lock(now.mutex);
    if (now.failed.load(std::memory_order_relaxed)) {
      lock.unlock();
      needs.pop_back();
      continue;
    }
    StreamState::Progress progress = now.perform_head(lock, false);
    if (progress == StreamState::Progress::busy) {
      ++now.waiters;
      now.progress.wait(lock, [&] { return !now.is_executing; });
      --now.waiters;
    } else if (progress == StreamState::Progress::waits && !now.queue.empty()) {
      const Operation& head = now.queue.front();
      if (head.kind == OperationKind::wait) {
        Need need{head.target, head.src};
        lock.unlock();
        needs.push_back(std::move(need));
      }
    }
  }
  if (stream->is_done(sequence)) return {};
  return stream->failure();
}

void SoftwareCore::note_time(uint64_t time_ns) {
  uint64_t now = now_ns();
  while (now < time_ns && !now_ns_.compare_exchange_weak(now, time_ns, std::memory_order_relaxed)) {
  }
}

uint64_t SoftwareCore::stamp_ns(uint64_t virtual_ns) const {
  if (!has_real_clock_) return virtual_ns;
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace palatine::device
