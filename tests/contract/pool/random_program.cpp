#include "contract/pool/random_program.h"

#include <algorithm>
#include <cstring>

namespace palatine::test {

using device::SimulatedCall;

class RandomProgram::ObservedTimeline final : public Timeline {
 public:
  ObservedTimeline(RandomProgram& program, size_t index, device::Stream& stream,
                   pool::StreamTimeline::Work work)
      : program_(program), index_(index), timeline_(stream, work) {}
  uint64_t position() override { return timeline_.position(); }
  uint64_t mark() override { return timeline_.mark(); }
  void publish(uint64_t number) override { timeline_.publish(number); }
  uint64_t completed() override { return timeline_.completed(); }
  bool wait(uint64_t number) override { return timeline_.wait(number); }
  bool wait_for(Timeline& other, uint64_t number) override {
    auto& from = static_cast<ObservedTimeline&>(other);
    if (!timeline_.wait_for(from.timeline_, number)) return false;
    program_.come_after(index_, from.index_, number);
    return true;
  }

 private:
  RandomProgram& program_;
  const size_t index_;
  pool::StreamTimeline timeline_;
};

RandomProgram::RandomProgram(const ProgramOptions& options)
    : options_(options),
      random_(options.seed),
      clocks_(options.streams, Clock(options.streams, 0)),
      history_(options.streams) {
  device::SimulatedOptions simulated;
  simulated.seed = options.seed;
  simulated.hides_progress = options.hides_progress;
  simulated.mapping_bytes = options.mapping_bytes;
  platform_ = std::make_unique<device::SimulatedPlatform>(simulated);
  device::Device& device = platform_->device(0);
  for (size_t k = 0; k < options.streams; ++k) {
    streams_.push_back(device.create_stream().take());
    timelines_.push_back(std::make_unique<ObservedTimeline>(*this, k, *streams_[k], options.work));
    ids_.push_back(order_.add(*timelines_[k]));
  }
  // Memory that the host may touch, so that free memory is poisoned under the address sanitizer.
  source_ = std::make_unique<pool::DeviceSource>(*device.memory(device::MemoryKind::managed));
  pool_ = std::make_unique<Pool>(*source_, order_, options.pool);
}

RandomProgram::~RandomProgram() {
  // Queued operations point into this object.
  platform_->run_all();
}

void RandomProgram::fail(const std::string& what) {
  if (wrong_.empty()) wrong_ = what + " (seed " + std::to_string(options_.seed) + ")";
}

// Runs when the device comes to the operation.
void RandomProgram::perform(void* argument) {
  auto& operation = *static_cast<Operation*>(argument);
  operation.is_done = true;
  char* last = operation.address + operation.bytes - sizeof(uint64_t);
  uint64_t first_tag = 0, last_tag = 0;
  std::memcpy(&first_tag, operation.address, sizeof first_tag);
  std::memcpy(&last_tag, last, sizeof last_tag);
  if (operation.kind == Operation::write) {
    std::memcpy(operation.address, &operation.tag, sizeof operation.tag);
    std::memcpy(last, &operation.tag, sizeof operation.tag);
  } else if (operation.kind == Operation::verify &&
             (first_tag != operation.tag || last_tag != operation.tag)) {
    operation.program->fail("memory was written by another owner while work used it");
  }
}

// A wait was queued on `to` for the operations of `from` up to `number`, and so for what these come after.
void RandomProgram::come_after(size_t to, size_t from, uint64_t number) {
  auto& earlier = history_[from];
  auto after = std::upper_bound(earlier.begin(), earlier.end(), number,
                                [](uint64_t n, const auto& entry) { return n < entry.first; });
  Clock& clock = clocks_[to];
  if (after != earlier.begin()) {
    const Clock& then = std::prev(after)->second;
    for (size_t k = 0; k < then.size(); ++k) clock[k] = std::max(clock[k], then[k]);
  }
  clock[from] = std::max(clock[from], number);
  history_[to].push_back({streams_[to]->submitted(), clock});
}

void RandomProgram::wait(size_t to, size_t from) {
  if (to == from) return;
  auto event = platform_->device(0).create_event();
  if (!event.ok()) return;
  StreamPoint point = order_.point(ids_[from]);
  if (!streams_[from]->record(*event.value()).ok()) return;
  uint64_t number = streams_[from]->submitted();
  if (!streams_[to]->wait(*event.value()).ok()) return;
  order_.wait(ids_[to], point);
  come_after(to, from, number);
}

std::map<char*, RandomProgram::Segment>::iterator RandomProgram::cut(char* at) {
  auto next = segments_.lower_bound(at);
  if (next != segments_.end() && next->first == at) return next;
  if (next == segments_.begin()) return next;
  auto before = std::prev(next);
  if (before->second.end <= at) return next;
  Segment rest = before->second;
  before->second.end = at;
  return segments_.emplace_hint(next, at, std::move(rest));
}

void RandomProgram::check_hand_over(size_t stream, char* address, uint64_t bytes) {
  auto at = cut(address);
  auto end = cut(address + bytes);
  std::vector<Operation*> kept;
  bool is_other = false;
  for (auto k = at; k != end; ++k) {
    for (Operation* operation : k->second.touched_by) {
      if (operation->is_done) continue;
      if (operation->stream != stream && operation->number > clocks_[stream][operation->stream]) {
        fail("memory of work queued on stream " + std::to_string(operation->stream) +
             " was handed to stream " + std::to_string(stream));
      }
      is_other |= operation->stream != stream;
      kept.push_back(operation);
    }
  }
  handed_over_ += is_other;
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  segments_.erase(at, end);
  segments_.emplace(address, Segment{address + bytes, std::move(kept)});
}

void RandomProgram::allocate() {
  size_t stream = some(options_.streams);
  // Most are small, of few sizes.
  uint64_t bytes = some(4) ? 16 << some(6) : 16 + some(options_.max_bytes);
  uint64_t alignment = some(16) ? 16 : uint64_t{16} << some(9);
  auto* address = static_cast<char*>(pool_->try_allocate(ids_[stream], bytes, alignment));
  if (!address) return;
  if (reinterpret_cast<uint64_t>(address) % alignment != 0) fail("an address is not aligned");
  check_hand_over(stream, address, bytes);
  live_.push_back({address, bytes, stream, next_tag_++, false, {}});
  live_bytes_ += bytes;
  use(live_.back(), stream);
}

void RandomProgram::use(Live& block, size_t stream) {
  Operation::Kind kind = stream != block.owner ? Operation::read
                         : block.is_written    ? Operation::verify
                                               : Operation::write;
  operations_.push_back({this, stream, 0, block.address, block.bytes, block.tag, kind});
  Operation& operation = operations_.back();
  if (!streams_[stream]->call(&perform, &operation).ok()) {
    operation.is_done = true;
    return;
  }
  operation.number = streams_[stream]->submitted();
  block.is_written |= kind == Operation::write;
  segments_.at(block.address).touched_by.push_back(&operation);
}

void RandomProgram::free_some() {
  if (live_.empty()) return;
  size_t which = some(live_.size());
  Live& block = live_[which];
  PoolError error;
  size_t on = some(8) ? block.owner : some(options_.streams);
  if (some(50) == 0) {
    // A mistake, which must change nothing.
    if (pool_->deallocate(block.address + 8, ids_[on]) != PoolError::unknown_address)
      fail("a mistake was not seen");
  }
  error = some(3) || on != block.owner ? pool_->deallocate(block.address, ids_[on])
                                       : pool_->deallocate(block.address);
  if (error != PoolError::none) fail(text_of(error));
  live_bytes_ -= block.bytes;
  block = std::move(live_.back());
  live_.pop_back();
}

void RandomProgram::inject_fault() {
  switch (some(6)) {
    case 0:
      platform_->fail_allocation(0, device::MemoryKind::managed, 1, 1 + some(4));
      break;
    case 1:
      platform_->fail(0, SimulatedCall::create_event, 1 + some(3), 1 + some(3));
      break;
    case 2:
      platform_->fail(0, SimulatedCall::record, 1 + some(3), 1 + some(3));
      break;
    case 3:
      platform_->fail(0, SimulatedCall::wait, 1 + some(3), 1 + some(3));
      break;
    case 4:
      platform_->fail(0, SimulatedCall::map, 1 + some(2), 1 + some(6));
      break;
    case 5:
      platform_->fail(0, SimulatedCall::reserve, 1, 1 + some(2));
      break;
  }
}

void RandomProgram::check_counts() {
  PoolStatistics now = pool_->statistics();
  if (now.requested_bytes != live_bytes_) fail("requested bytes are not those of the live blocks");
  if (now.used_chunks != live_.size()) fail("used chunks are not the live blocks");
  if (now.used_bytes + now.pending_bytes + now.cached_bytes != now.reserved_bytes)
    fail("states do not add up");
  if (now.reserved_bytes > options_.pool.limit_bytes) fail("the limit was passed");
  if (now.used_high_bytes < now.used_bytes || now.reserved_high_bytes < now.reserved_bytes)
    fail("high water is low");
  if (now.padding_bytes > now.used_bytes || now.cached_bytes > now.reserved_bytes ||
      now.pending_finished_bytes > now.pending_bytes || now.releasable_bytes > now.cached_bytes) {
    fail("a count underflows");
  }
  if (source_->memory().used_bytes() < now.reserved_bytes) fail("a block is not the pool's any more");
}

void RandomProgram::check() {
  std::string wrong = pool_->check();
  if (!wrong.empty()) fail(wrong);
  check_counts();
  for (const Live& block : live_) {
    Pool::Location at = pool_->find(block.address);
    if (at.state != Pool::State::used || at.stream != ids_[block.owner] ||
        at.requested_bytes != block.bytes) {
      fail("a live block is not where it was");
    }
  }
  // Operations that have run are forgotten.
  for (auto& [start, segment] : segments_) {
    std::erase_if(segment.touched_by, [](Operation* operation) { return operation->is_done; });
  }
  while (!operations_.empty() && operations_.front().is_done) operations_.pop_front();
  // Waits for old numbers do not happen: pending memory is at most a few thousand operations old.
  for (auto& earlier : history_) {
    if (earlier.size() > 4000) earlier.erase(earlier.begin(), earlier.end() - 2000);
  }
}

std::string RandomProgram::run() {
  for (uint64_t step = 0; step < options_.operations && wrong_.empty(); ++step) {
    size_t choice = some(1000);
    bool is_full = live_.size() >= options_.max_live;
    if (choice < 400) {
      is_full ? free_some() : allocate();
    } else if (choice < 750) {
      free_some();
    } else if (choice < 850) {
      if (!live_.empty()) {
        Live& block = live_[some(live_.size())];
        size_t stream = some(3) ? block.owner : some(options_.streams);
        if (stream != block.owner && pool_->record_use(block.address, ids_[stream]) != PoolError::none)
          fail("no use");
        use(block, stream);
      }
    } else if (choice < 900) {
      wait(some(options_.streams), some(options_.streams));
    } else if (choice < 990) {
      platform_->run_random(some(options_.device_steps + 1));
    } else if (choice < 994) {
      size_t stream = some(options_.streams);
      if (streams_[stream]->synchronize().ok()) pool_->synchronized(ids_[stream]);
    } else if (choice < 996) {
      pool_->poll();
    } else if (choice < 997) {
      pool_->trim(some(2) ? 0 : options_.pool.first_block_bytes);
    } else if (choice < 998) {
      platform_->run_all();
    } else if (options_.has_faults) {
      inject_fault();
    }
    check_counts();
    if (step % options_.check_every == options_.check_every - 1) check();
  }
  check();
  last_ = pool_->statistics();
  while (!live_.empty() && wrong_.empty()) free_some();
  platform_->run_all();
  for (size_t k = 0; k < options_.streams; ++k) {
    if (streams_[k]->synchronize().ok()) pool_->synchronized(ids_[k]);
  }
  pool_->trim();
  PoolStatistics end = pool_->statistics();
  if (end.reserved_bytes != 0 || end.used_bytes != 0 || end.pending_bytes != 0)
    fail("memory is left at the end");
  check();
  pool_.reset();
  if (source_->memory().used_bytes() != 0) fail("blocks were lost");
  return wrong_;
}

}  // namespace palatine::test
