// Benchmark B6: patterns of allocating and freeing across streams, beside malloc and, where it is installed,
// mimalloc.
//
// Time is for one operation, an allocation or a free; the argument named `live` or `pending` is how many
// chunks there are meanwhile. The slope of time over that number is what must stay flat: log(t2/t1) /
// log(n2/n1).
#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <type_traits>
#include <vector>

#include "allocation_log.h"
#include "runtime/pool/include/palatine/pool_capture.h"

namespace {

using namespace palatine;

// ---- the contenders, with one interface

// A pool over streams of a simulated device, whose work is done when the benchmark says so. Every free comes
// after an operation on its stream, so that memory is pending unless `finish` is called.
class PoolUnderTest {
 public:
  explicit PoolUnderTest(size_t streams) : PoolUnderTest(streams, large_blocks()) {}
  PoolUnderTest(size_t streams, const PoolOptions& options, MemorySource& source = heap_source()) {
    for (size_t k = 0; k < streams; ++k) {
      counters_.push_back(std::make_unique<Counter>());
      ids_.push_back(order_.add(*counters_.back()));
    }
    pool_ = std::make_unique<Pool>(source, order_, options);
  }
  static PoolOptions large_blocks(uint64_t stream_cache_bytes = 0) {
    PoolOptions options;
    options.first_block_bytes = 64 << 20;
    options.next_block_bytes = 64 << 20;
    options.stream_cache_bytes = stream_cache_bytes;
    return options;
  }
  void* allocate(size_t stream, size_t bytes) { return pool_->allocate(ids_[stream], bytes); }
  void free(size_t stream, void* address) {
    ++counters_[stream]->queued;
    if (pool_->deallocate(address, ids_[stream]) != PoolError::none) std::abort();
  }
  void finish(size_t stream, uint64_t behind = 0) {
    Counter& counter = *counters_[stream];
    counter.done = counter.queued > behind ? counter.queued - behind : 0;
  }
  void wait(size_t to, size_t from) {
    StreamPoint point = order_.point(ids_[from]);
    ++counters_[to]->queued;
    order_.wait(ids_[to], point);
  }
  Pool& pool() { return *pool_; }
  StreamId id(size_t stream) const { return ids_[stream]; }

 private:
  // What a stream's counters cost: two loads.
  struct Counter final : Timeline {
    uint64_t position() override { return queued; }
    uint64_t completed() override { return done; }
    bool wait(uint64_t number) override {
      done = std::max(done.load(), number);
      return true;
    }
    bool wait_for(Timeline&, uint64_t) override {
      ++queued;
      return true;
    }
    std::atomic<uint64_t> queued{0}, done{0};
  };
  std::vector<std::unique_ptr<Counter>> counters_;
  StreamOrder order_;
  std::vector<StreamId> ids_;
  std::unique_ptr<Pool> pool_;
};

// With a cache for each stream.
class CachedPool : public PoolUnderTest {
 public:
  explicit CachedPool(size_t streams) : PoolUnderTest(streams, large_blocks(1024)) {}
};

// The host's allocators know no streams: they are the price of memory without the question who may have it.
struct Malloc {
  explicit Malloc(size_t) {}
  void* allocate(size_t, size_t bytes) { return std::malloc(bytes); }
  void free(size_t, void* address) { std::free(address); }
  void finish(size_t, uint64_t = 0) {}
  void wait(size_t, size_t) {}
};

// Loaded by hand: linked, it would take the place of malloc.
struct Mimalloc {
  explicit Mimalloc(size_t) {}
  void* allocate(size_t, size_t bytes) { return calls().allocate(bytes); }
  void free(size_t, void* address) { calls().free(address); }
  void finish(size_t, uint64_t = 0) {}
  void wait(size_t, size_t) {}

  struct Calls {
    void* (*allocate)(size_t) = nullptr;
    void (*free)(void*) = nullptr;
  };
  static const Calls& calls() {
    static const Calls found = [] {
      Calls calls;
      void* library = nullptr;
      for (const char* name :
           {"libmimalloc.so", "libmimalloc.so.2", "libmimalloc.so.2.0", "libmimalloc.so.3"}) {
        if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      }
      if (library) {
        calls.allocate = reinterpret_cast<void* (*)(size_t)>(dlsym(library, "mi_malloc"));
        calls.free = reinterpret_cast<void (*)(void*)>(dlsym(library, "mi_free"));
      }
      return calls;
    }();
    return found;
  }
};

template <class Allocator>
bool is_there(benchmark::State& state) {
  if constexpr (std::is_same_v<Allocator, Mimalloc>) {
    if (!Mimalloc::calls().allocate) {
      state.SkipWithError("libmimalloc is not installed");
      return false;
    }
  }
  return true;
}

void set_time_per_operation(benchmark::State& state, double operations) {
  state.counters["per_operation"] = benchmark::Counter(
      operations, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr size_t kStreams = 8;

// ---- 1 to 3: one size, freed in the order of allocation, in the opposite one, shuffled

enum class FreeOrder { last_first, first_first, shuffled };

template <class Allocator, FreeOrder order>
void one_size(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  size_t count = static_cast<size_t>(state.range(0));
  Allocator allocator(1);
  std::vector<void*> live(count);
  std::vector<size_t> sequence(count);
  for (size_t k = 0; k < count; ++k) sequence[k] = order == FreeOrder::last_first ? count - 1 - k : k;
  if (order == FreeOrder::shuffled) std::shuffle(sequence.begin(), sequence.end(), std::mt19937(1));
  for (auto _ : state) {
    for (void*& address : live) address = allocator.allocate(0, 2048);
    for (size_t k : sequence) allocator.free(0, live[k]);
  }
  set_time_per_operation(state, 2.0 * static_cast<double>(count));
}

// ---- 4: random sizes with many live: each step frees one of them and allocates another

template <class Allocator>
void random_sizes(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  size_t count = static_cast<size_t>(state.range(0));
  Allocator allocator(1);
  std::mt19937 random(7);
  constexpr size_t kSteps = 1 << 14;
  std::vector<uint32_t> which(kSteps), size(kSteps);
  for (size_t k = 0; k < kSteps; ++k) {
    which[k] = static_cast<uint32_t>(random() % count);
    size[k] = 64 + random() % 4033;
  }
  std::vector<void*> live(count);
  for (size_t k = 0; k < count; ++k) live[k] = allocator.allocate(0, 64 + random() % 4033);
  for (auto _ : state) {
    for (size_t k = 0; k < kSteps; ++k) {
      allocator.free(0, live[which[k]]);
      live[which[k]] = allocator.allocate(0, size[k]);
    }
    allocator.finish(0, 64);
  }
  for (void* address : live) allocator.free(0, address);
  set_time_per_operation(state, 2.0 * kSteps);
}

// ---- 5: random sizes up to a limit, as many allocations as frees, in random order

template <class Allocator>
void random_allocations(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  size_t largest = static_cast<size_t>(state.range(1)) << 20;
  constexpr uint64_t kMostBytes = uint64_t{1} << 34;
  Allocator allocator(1);
  size_t count = static_cast<size_t>(state.range(0));
  // Drawn beforehand: random numbers and divisions would be a sixth of the time.
  struct Draw {
    uint32_t bytes;
    uint32_t place;  // of 2^32, among what is live
    bool is_free;
  };
  std::mt19937_64 random(9);
  std::vector<Draw> draws(count);
  for (size_t k = 0; k < count; ++k) {
    // As many frees as allocations, so that what is live does not grow from round to round.
    draws[k] = {static_cast<uint32_t>(1 + random() % largest), static_cast<uint32_t>(random()), k % 2 == 0};
  }
  std::shuffle(draws.begin(), draws.end(), random);
  std::vector<std::pair<void*, size_t>> live;
  uint64_t live_bytes = 0;
  for (auto _ : state) {
    for (const Draw& draw : draws) {
      if (!live.empty() && (draw.is_free || live_bytes + draw.bytes > kMostBytes)) {
        size_t which = draw.place * live.size() >> 32;
        allocator.free(0, live[which].first);
        live_bytes -= live[which].second;
        live[which] = live.back();
        live.pop_back();
      } else {
        live.emplace_back(allocator.allocate(0, draw.bytes), draw.bytes);
        live_bytes += draw.bytes;
      }
    }
    allocator.finish(0, 64);
  }
  for (auto& [address, bytes] : live) allocator.free(0, address);
  set_time_per_operation(state, static_cast<double>(count));
}

// ---- 6: holes of another size, each between used chunks, that a request must not look through

template <class Allocator>
void separated_holes(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  size_t holes = static_cast<size_t>(state.range(0));
  Allocator allocator(2);
  std::vector<void*> kept(holes), hole(holes);
  for (size_t k = 0; k < holes; ++k) {
    hole[k] = allocator.allocate(0, 1024);
    kept[k] = allocator.allocate(0, 64);
  }
  for (void* address : hole) allocator.free(0, address);
  allocator.finish(0);
  for (auto _ : state) {
    void* a = allocator.allocate(1, 2000);
    benchmark::DoNotOptimize(a);
    allocator.free(1, a);
  }
  for (void* address : kept) allocator.free(0, address);
  set_time_per_operation(state, 2);
}

// ---- 7: k streams, each with its own, with many pending on all of them

template <class Allocator>
void streams_with_pending(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  size_t pending = static_cast<size_t>(state.range(0));
  Allocator allocator(kStreams);
  std::mt19937 random(5);
  auto some_size = [&] { return 64 + random() % 1024; };
  // A step of each stream allocates one and frees the one from `live` steps before; the device is `pending`
  // frees behind.
  constexpr size_t kLive = 4;
  std::vector<std::vector<void*>> live(kStreams, std::vector<void*>(kLive, nullptr));
  size_t step = 0;
  std::vector<uint32_t> sizes(4096);
  for (uint32_t& size : sizes) size = static_cast<uint32_t>(some_size());
  // The memory that is pending: freed by each stream and not finished.
  std::vector<void*> first(pending);
  for (size_t k = 0; k < pending; ++k) first[k] = allocator.allocate(k % kStreams, some_size());
  for (size_t k = 0; k < pending; ++k) allocator.free(k % kStreams, first[k]);
  for (auto _ : state) {
    for (size_t s = 0; s < kStreams; ++s) {
      void*& slot = live[s][step % kLive];
      if (slot) allocator.free(s, slot);
      slot = allocator.allocate(s, sizes[(step * kStreams + s) & 4095]);
    }
    ++step;
  }
  for (size_t s = 0; s < kStreams; ++s) {
    for (void* address : live[s]) {
      if (address) allocator.free(s, address);
    }
  }
  set_time_per_operation(state, 2.0 * kStreams);
}

// ---- 8: a producer frees on one stream, a consumer allocates on another

enum class Proof { event_seen, known_order };

template <class Allocator, Proof proof>
void producer_consumer(benchmark::State& state) {
  size_t pending = static_cast<size_t>(state.range(0));
  Allocator allocator(3);
  std::vector<void*> others(pending);
  for (void*& address : others) address = allocator.allocate(2, 512);
  for (void* address : others) allocator.free(2, address);
  for (auto _ : state) {
    void* a = allocator.allocate(0, 4096);
    allocator.free(0, a);
    if (proof == Proof::event_seen)
      allocator.finish(0);
    else
      allocator.wait(1, 0);
    void* b = allocator.allocate(1, 4096);
    allocator.free(1, b);
    if (proof == Proof::event_seen)
      allocator.finish(1);
    else
      allocator.wait(0, 1);
  }
  set_time_per_operation(state, 4);
}

// ---- 9: k threads, each with its stream

template <class Allocator>
struct Shared {
  static inline std::unique_ptr<Allocator> allocator;
  static void make(const benchmark::State&) { allocator = std::make_unique<Allocator>(kStreams); }
  static void drop(const benchmark::State&) { allocator.reset(); }
};

template <class Allocator>
void threads_and_streams(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  Allocator& shared = *Shared<Allocator>::allocator;
  std::vector<void*> live(64, nullptr);
  size_t step = 0;
  size_t stream = static_cast<size_t>(state.thread_index()) % kStreams;
  for (auto _ : state) {
    void*& slot = live[step % live.size()];
    if (slot) shared.free(stream, slot);
    slot = shared.allocate(stream, 64 + step * 37 % 960);
    ++step;
  }
  for (void* address : live) {
    if (address) shared.free(stream, address);
  }
  set_time_per_operation(state, 2);
}

// One thread allocates for its stream, the other frees what it is given, on the same stream; they are never
// more than a ring's length apart.
template <class Allocator>
void freed_by_another_thread(benchmark::State& state) {
  if (!is_there<Allocator>(state)) return;
  static std::array<std::atomic<void*>, 256> ring;
  Allocator& shared = *Shared<Allocator>::allocator;
  size_t step = 0;
  for (auto _ : state) {
    std::atomic<void*>& slot = ring[step++ % ring.size()];
    if (state.thread_index() == 0) {
      void* address = shared.allocate(0, 64 + step * 37 % 960);
      while (slot.load(std::memory_order_relaxed)) std::this_thread::yield();
      slot.store(address, std::memory_order_release);
    } else {
      void* address;
      while (!(address = slot.load(std::memory_order_acquire))) std::this_thread::yield();
      slot.store(nullptr, std::memory_order_relaxed);
      shared.free(0, address);
    }
  }
  set_time_per_operation(state, 1);
}

// ---- 10: growing from nothing and giving all back

void growth_and_trim(benchmark::State& state) {
  size_t count = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    PoolUnderTest allocator(1);
    std::vector<void*> live(count);
    for (void*& address : live) address = allocator.allocate(0, 2048);
    for (void* address : live) allocator.free(0, address);
    allocator.finish(0);
    allocator.pool().trim();
  }
  set_time_per_operation(state, 2.0 * static_cast<double>(count));
}
BENCHMARK(growth_and_trim)->Arg(1000)->Arg(100000)->ArgName("live");

// ---- memory: reserved over live at its peak, random sizes on several streams, the device some frees behind

void reserved_over_live(benchmark::State& state) {
  double ratio = 0;
  for (auto _ : state) {
    PoolUnderTest allocator(kStreams, PoolOptions(), growing_heap_source());
    std::mt19937 random(3);
    std::vector<std::pair<void*, size_t>> live;
    uint64_t live_bytes = 0, peak = 0;
    for (int step = 0; step < 200000; ++step) {
      size_t stream = random() % kStreams;
      if (live.size() > 20000 || (!live.empty() && random() % 8 < 3)) {
        size_t which = random() % live.size();
        allocator.free(stream, live[which].first);
        live_bytes -= live[which].second;
        live[which] = live.back();
        live.pop_back();
        allocator.finish(stream, 16);
      } else {
        size_t size = 64 + random() % 16384;
        live.push_back({allocator.allocate(stream, size), size});
        live_bytes += size;
        peak = std::max(peak, live_bytes);
      }
    }
    PoolStatistics now = allocator.pool().statistics();
    ratio = static_cast<double>(now.reserved_high_bytes) / static_cast<double>(peak);
    state.counters["pending_over_live"] =
        static_cast<double>(now.pending_high_bytes) / static_cast<double>(peak);
    for (auto& [address, size] : live) allocator.free(0, address);
  }
  state.counters["reserved_over_live"] = ratio;
}
BENCHMARK(reserved_over_live)->Iterations(1);

// ---- 11: what a program has allocated and freed, recorded (peers/record_allocations.cpp), one stream a
// thread; the device is some frees behind. PALATINE_ALLOCATION_LOG names the log.

const benchmarks::Replay& the_replay() {
  static const benchmarks::Replay replay = [] {
    const char* name = std::getenv("PALATINE_ALLOCATION_LOG");
    return name ? benchmarks::read_replay(name) : benchmarks::Replay();
  }();
  return replay;
}

bool has_log(benchmark::State& state) {
  if (the_replay().calls.empty()) state.SkipWithError("PALATINE_ALLOCATION_LOG names no log");
  return !the_replay().calls.empty();
}

constexpr size_t kFreesBehind = 64;

template <class Allocator>
void replay(benchmark::State& state) {
  const benchmarks::Replay& log = the_replay();
  if (!has_log(state) || !is_there<Allocator>(state)) return;
  Allocator allocator(log.threads);
  std::vector<void*> blocks(log.blocks);
  for (auto _ : state) {
    size_t calls = 0;
    for (const benchmarks::ReplayedCall& call : log.calls) {
      if (call.bytes > 0)
        blocks[call.block] = allocator.allocate(call.thread, call.bytes);
      else
        allocator.free(call.thread, blocks[call.block]);
      if (++calls % kFreesBehind == 0) allocator.finish(call.thread, kFreesBehind);
    }
  }
  set_time_per_operation(state, static_cast<double>(log.calls.size()));
  state.counters["operations"] = static_cast<double>(log.calls.size());
  state.counters["streams"] = static_cast<double>(log.threads);
  if constexpr (std::is_same_v<Allocator, PoolUnderTest>) {
    const PoolStatistics now = allocator.pool().statistics();
    // Neither a wait on the host nor one on the device in steady state.
    state.counters["waits"] = static_cast<double>(now.host_waits + now.from_stream_wait);
  }
}

// The same, each call by itself: the median and the slowest hundredth, less what reading the clock takes.
template <class Allocator>
void replay_each(benchmark::State& state) {
  const benchmarks::Replay& log = the_replay();
  if (!has_log(state) || !is_there<Allocator>(state)) return;
  Allocator allocator(log.threads);
  std::vector<void*> blocks(log.blocks);
  using Clock = std::chrono::steady_clock;
  std::vector<int64_t> times(log.calls.size()), empty(10000);
  const auto at = [](std::vector<int64_t>& values, double part) {
    auto place = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return static_cast<double>(*place);
  };
  double median = 0, slowest = 0;
  for (auto _ : state) {
    for (int64_t& time : empty) {
      const auto begin = Clock::now();
      time = (Clock::now() - begin).count();
    }
    for (size_t k = 0; k < log.calls.size(); ++k) {
      const benchmarks::ReplayedCall& call = log.calls[k];
      const auto begin = Clock::now();
      if (call.bytes > 0)
        blocks[call.block] = allocator.allocate(call.thread, call.bytes);
      else
        allocator.free(call.thread, blocks[call.block]);
      times[k] = (Clock::now() - begin).count();
      if (k % kFreesBehind == 0) allocator.finish(call.thread, kFreesBehind);
    }
    const double clock = at(empty, 0.5);
    median = at(times, 0.5) - clock;
    slowest = at(times, 0.99) - clock;
  }
  state.counters["median_ns"] = median;
  state.counters["p99_ns"] = slowest;
}

// `Source` growing: blocks grow where they lie, as those in the memory of a GPU do; else they are the heap's.
enum class Source { heap, growing };

template <Source kSource>
void replay_reserved(benchmark::State& state) {
  const benchmarks::Replay& log = the_replay();
  if (log.calls.empty()) {
    state.SkipWithError("PALATINE_ALLOCATION_LOG names no log");
    return;
  }
  for (auto _ : state) {
    PoolUnderTest allocator(log.threads, PoolOptions(),
                            kSource == Source::growing ? growing_heap_source() : heap_source());
    std::vector<void*> blocks(log.blocks);
    size_t calls = 0;
    for (const benchmarks::ReplayedCall& call : log.calls) {
      if (call.bytes > 0)
        blocks[call.block] = allocator.allocate(call.thread, call.bytes);
      else
        allocator.free(call.thread, blocks[call.block]);
      if (++calls % kFreesBehind == 0) allocator.finish(call.thread, kFreesBehind);
    }
    const PoolStatistics now = allocator.pool().statistics();
    const double peak = static_cast<double>(log.peak_bytes);
    state.counters["reserved_over_live"] = static_cast<double>(now.reserved_high_bytes) / peak;
    state.counters["pending_over_live"] = static_cast<double>(now.pending_high_bytes) / peak;
  }
}
BENCHMARK(replay_reserved<Source::heap>)->Iterations(1);
BENCHMARK(replay_reserved<Source::growing>)->Iterations(1);

// ---- 12: allocating while work is captured for replay: each operation of the graph takes memory for its
// result and gives back that of some operations before, the streams wait for each other now and then. With
// the begin and the end of the capture, and giving its memory back.

void captured_graph(benchmark::State& state) {
  const size_t operations = static_cast<size_t>(state.range(0));
  PoolUnderTest allocator(kStreams, PoolOptions());
  std::vector<StreamId> streams;
  for (size_t k = 0; k < kStreams; ++k) streams.push_back(allocator.id(k));
  std::mt19937 random(11);
  std::vector<uint32_t> sizes(4096);
  for (uint32_t& size : sizes) size = 256 + random() % 65536;
  constexpr size_t kLive = 4;
  double reserved = 0;
  for (auto _ : state) {
    PoolCapture capture(allocator.pool(), streams);
    std::vector<void*> live(kStreams * kLive, nullptr);
    for (size_t step = 0; step < operations; ++step) {
      const size_t stream = step % kStreams;
      void*& slot = live[step % live.size()];
      if (slot) allocator.free(stream, slot);
      slot = allocator.allocate(stream, sizes[step & 4095]);
      if (step % 32 == 31) capture.wait(streams[stream], streams[(stream + 3) % kStreams]);
    }
    for (size_t k = 0; k < live.size(); ++k) {
      if (live[k]) allocator.free(k % kStreams, live[k]);
    }
    capture.end();
    reserved = static_cast<double>(capture.statistics().reserved_high_bytes) /
               static_cast<double>(capture.statistics().used_high_bytes);
  }
  set_time_per_operation(state, 2.0 * static_cast<double>(operations));
  state.counters["reserved_over_live"] = reserved;
}
BENCHMARK(captured_graph)->Arg(100)->Arg(10000)->ArgName("operations");

// ---- 13: memory is short: the source has no more, many pending chunks are nearly large enough, and one is.
// Each step takes it and gives it back, and asks for what nothing satisfies.

class NoMore final : public MemorySource {
 public:
  void* allocate(uint64_t size_bytes, uint64_t alignment) override {
    return is_over ? nullptr : heap_source().allocate(size_bytes, alignment);
  }
  void free(void* address, uint64_t size_bytes, uint64_t alignment) override {
    heap_source().free(address, size_bytes, alignment);
  }
  bool is_over = false;
};

void short_memory(benchmark::State& state) {
  const size_t pending = static_cast<size_t>(state.range(0));
  constexpr size_t kAsked = 4208, kTooSmall = 4112;
  NoMore source;
  PoolOptions options;
  options.may_wait = false;
  options.first_block_bytes = (pending + 8) * (kTooSmall + 64);
  PoolUnderTest allocator(kStreams, options, source);
  std::vector<void*> small(pending);
  void* fitting = nullptr;
  for (size_t k = 0; k < pending; ++k) {
    if (k == pending / 2) fitting = allocator.allocate(0, kAsked);
    small[k] = allocator.allocate(0, kTooSmall);
    allocator.allocate(0, 64);
  }
  source.is_over = true;
  Pool& pool = allocator.pool();
  while (uint64_t left = pool.largest_free_bytes()) {
    if (left < 64) break;
    allocator.allocate(0, left);
  }
  for (void* address : small) allocator.free(0, address);
  allocator.free(0, fitting);
  auto step = [&] {
    allocator.free(0, allocator.allocate(0, kAsked));
    benchmark::DoNotOptimize(pool.try_allocate(allocator.id(0), 2 * kAsked));
  };
  // The first question puts what is pending in order, about half a microsecond a chunk; that is paid once.
  step();
  for (auto _ : state) step();
  set_time_per_operation(state, 3);
}
BENCHMARK(short_memory)->RangeMultiplier(10)->Range(10, 100000)->ArgName("pending");

#define PALATINE_POOL_BENCHMARKS(Allocator)                                                               \
  BENCHMARK(one_size<Allocator, FreeOrder::last_first>)                                                   \
      ->RangeMultiplier(10)                                                                               \
      ->Range(10, 100000)                                                                                 \
      ->ArgName("live");                                                                                  \
  BENCHMARK(one_size<Allocator, FreeOrder::first_first>)                                                  \
      ->RangeMultiplier(10)                                                                               \
      ->Range(10, 100000)                                                                                 \
      ->ArgName("live");                                                                                  \
  BENCHMARK(one_size<Allocator, FreeOrder::shuffled>)                                                     \
      ->RangeMultiplier(10)                                                                               \
      ->Range(10, 100000)                                                                                 \
      ->ArgName("live");                                                                                  \
  BENCHMARK(random_sizes<Allocator>)->RangeMultiplier(10)->Range(10, 100000)->ArgName("live");            \
  BENCHMARK(random_allocations<Allocator>)                                                                \
      ->ArgsProduct({{1000, 10000, 100000}, {1, 64}})                                                     \
      ->ArgNames({"operations", "mib"});                                                                  \
  BENCHMARK(separated_holes<Allocator>)->Arg(10)->Arg(4096)->Arg(16384)->Arg(65536)->ArgName("holes");    \
  BENCHMARK(streams_with_pending<Allocator>)->RangeMultiplier(10)->Range(10, 100000)->ArgName("pending"); \
  BENCHMARK(replay<Allocator>);                                                                           \
  BENCHMARK(replay_each<Allocator>)->Iterations(3);                                                       \
  BENCHMARK(threads_and_streams<Allocator>)                                                               \
      ->Setup(Shared<Allocator>::make)                                                                    \
      ->Teardown(Shared<Allocator>::drop)                                                                 \
      ->UseRealTime()                                                                                     \
      ->Threads(1)                                                                                        \
      ->Threads(2);                                                                                       \
  BENCHMARK(freed_by_another_thread<Allocator>)                                                           \
      ->Setup(Shared<Allocator>::make)                                                                    \
      ->Teardown(Shared<Allocator>::drop)                                                                 \
      ->UseRealTime()                                                                                     \
      ->Threads(2)

PALATINE_POOL_BENCHMARKS(PoolUnderTest);
PALATINE_POOL_BENCHMARKS(CachedPool);
PALATINE_POOL_BENCHMARKS(Malloc);
PALATINE_POOL_BENCHMARKS(Mimalloc);
BENCHMARK(producer_consumer<PoolUnderTest, Proof::event_seen>)
    ->RangeMultiplier(100)
    ->Range(10, 100000)
    ->ArgName("pending");
BENCHMARK(producer_consumer<PoolUnderTest, Proof::known_order>)
    ->RangeMultiplier(100)
    ->Range(10, 100000)
    ->ArgName("pending");

}  // namespace
