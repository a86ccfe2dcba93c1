// Deferred allocation and copies of the low-level runtime, beside malloc and memcpy. Allocation times are for
// each pair of creation and destruction; copies count the bytes read and written, like STREAM.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "realm.h"
#include "runtime/realm/instance/allocation_planner.h"

namespace {

using namespace palatine;
using realm::AllocationPlanner;

void set_time_per_item(benchmark::State& state, int64_t items) {
  state.counters["per_item"] =
      benchmark::Counter(static_cast<double>(items),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// ---- the planner alone

// Every request waits for the release of an earlier one; the argument is how many are outstanding.
void planner_deferred_pair(benchmark::State& state) {
  const size_t outstanding = static_cast<size_t>(state.range(0));
  AllocationPlanner planner(100 << 20);
  AllocationPlanner::Changes changes;
  std::vector<AllocationPlanner::Ticket> tickets;
  auto create = [&](size_t k) {
    auto placed = planner.allocate((60 << 20) + 64 * (k % 7), 64, nullptr);
    planner.announce_release(placed.ticket);
    return placed.ticket;
  };
  for (size_t k = 0; k < outstanding; ++k) tickets.push_back(create(k));
  size_t at = 0;
  for (auto _ : state) {
    changes.clear();
    planner.release(tickets[at], changes);
    tickets[at] = create(at);
    at = at + 1 == outstanding ? 0 : at + 1;
  }
}
BENCHMARK(planner_deferred_pair)->RangeMultiplier(10)->Range(10, 100000);

// A heap with many holes, filled to the given percentage.
void planner_immediate_pair(benchmark::State& state) {
  AllocationPlanner planner(64 << 20);
  AllocationPlanner::Changes changes;
  std::mt19937 random(1);
  std::vector<AllocationPlanner::Ticket> live;
  const uint64_t limit = (uint64_t{64} << 20) * static_cast<uint64_t>(state.range(0)) / 100;
  while (planner.capacity_bytes() - planner.free_bytes() < limit) {
    auto placed = planner.allocate(64 + random() % 4096, 64, nullptr);
    if (placed.outcome == AllocationPlanner::Outcome::kFailed) break;
    live.push_back(placed.ticket);
  }
  for (auto _ : state) {
    size_t k = random() % live.size();
    changes.clear();
    planner.release(live[k], changes);
    auto placed = planner.allocate(64 + random() % 4096, 64, nullptr);
    if (placed.outcome == AllocationPlanner::Outcome::kFailed) placed = planner.allocate(64, 64, nullptr);
    live[k] = placed.ticket;
  }
  state.counters["live"] = static_cast<double>(live.size());
}
BENCHMARK(planner_immediate_pair)->Arg(50)->Arg(90)->Arg(98);

// ---- instances

class Running {
 public:
  explicit Running(int workers = 1) {
    std::vector<std::string> words = {"bench", "-ll:cpu", std::to_string(workers), "-ll:csize", "1024"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int argc = static_cast<int>(words.size());
    char** start = argv.data();
    runtime.init(&argc, &start);
    memory = Realm::Machine::MemoryQuery(Realm::Machine::get_machine())
                 .only_kind(Realm::Memory::SYSTEM_MEM)
                 .has_capacity(1)
                 .first();
  }
  ~Running() {
    runtime.shutdown();
    runtime.wait_for_shutdown();
  }
  Realm::Runtime runtime;
  Realm::Memory memory;
};

void malloc_pair(benchmark::State& state) {
  for (auto _ : state) {
    void* block = malloc(4096);
    benchmark::DoNotOptimize(block);
    free(block);
  }
}
BENCHMARK(malloc_pair);

void instance_immediate_pair(benchmark::State& state) {
  Running rt;
  std::map<Realm::FieldID, size_t> fields = {{1, 4}};
  const Realm::ProfilingRequestSet none;
  for (auto _ : state) {
    Realm::RegionInstance instance;
    Realm::RegionInstance::create_instance(instance, rt.memory, Realm::Rect<1>(0, 1023), fields, 0, none);
    instance.destroy();
  }
}
BENCHMARK(instance_immediate_pair);

// The chain of the tutorial: each batch needs most of the memory and waits for the one before.
void instance_chain(benchmark::State& state) {
  Running rt;
  const int64_t length = state.range(0);
  std::map<Realm::FieldID, size_t> fields = {{1, 4}};
  const Realm::ProfilingRequestSet none;
  for (auto _ : state) {
    Realm::UserEvent start = Realm::UserEvent::create_user_event();
    Realm::Event last = start;
    for (int64_t k = 0; k < length; ++k) {
      Realm::RegionInstance instance;
      last = Realm::RegionInstance::create_instance(instance, rt.memory, Realm::Rect<1>(0, 150 << 20), fields,
                                                    0, none, last);
      instance.destroy(last);
    }
    start.trigger();
    last.external_wait();
  }
  set_time_per_item(state, length);
}
BENCHMARK(instance_chain)->Arg(4)->Arg(1000)->Arg(100000)->Unit(benchmark::kMicrosecond);

// ---- copies

constexpr int kSide = 2048;  // points a side: 32 MiB for each field of 8 bytes

void memcpy_large(benchmark::State& state) {
  const size_t bytes = size_t{kSide} * kSide * 8;
  std::unique_ptr<char[]> a(new char[bytes]()), b(new char[bytes]());
  for (auto _ : state) {
    char *from = a.get(), *to = b.get();
    benchmark::DoNotOptimize(from);
    benchmark::DoNotOptimize(to);
    memcpy(to, from, bytes);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * 2 * bytes));
}
BENCHMARK(memcpy_large)->UseRealTime();

enum LayoutKind { kSoa, kAos, kTurned };

Realm::RegionInstance make_instance(Realm::Memory memory, LayoutKind kind, int field_count) {
  std::vector<Realm::FieldID> ids;
  for (int k = 0; k < field_count; ++k) ids.push_back(k);
  Realm::InstanceLayoutConstraints constraints(ids, std::vector<size_t>(ids.size(), 8), kind == kAos ? 1 : 0);
  int straight[2] = {0, 1}, turned[2] = {1, 0};
  const Realm::Rect<2> bounds(Realm::Point<2>(0, 0), Realm::Point<2>(kSide - 1, kSide / field_count - 1));
  Realm::RegionInstance instance;
  Realm::RegionInstance::create_instance(
      instance, memory,
      Realm::InstanceLayoutGeneric::choose_instance_layout<2, int>(Realm::IndexSpace<2>(bounds), constraints,
                                                                   kind == kTurned ? turned : straight),
      Realm::ProfilingRequestSet())
      .external_wait();
  return instance;
}

// Arguments: layouts of source and destination, number of fields, workers.
void copy_large(benchmark::State& state) {
  const int fields = static_cast<int>(state.range(2));
  Running rt(static_cast<int>(state.range(3)));
  Realm::RegionInstance src = make_instance(rt.memory, static_cast<LayoutKind>(state.range(0)), fields);
  Realm::RegionInstance dst = make_instance(rt.memory, static_cast<LayoutKind>(state.range(1)), fields);
  std::vector<Realm::CopySrcDstField> srcs(static_cast<size_t>(fields)), dsts(static_cast<size_t>(fields));
  for (int k = 0; k < fields; ++k) {
    srcs[static_cast<size_t>(k)].set_field(src, k, 8);
    dsts[static_cast<size_t>(k)].set_field(dst, k, 8);
  }
  Realm::IndexSpace<2> space = src.get_indexspace<2>();
  const int64_t zero = 0;
  for (auto instance : {&srcs, &dsts}) {
    for (auto& field : *instance) space.fill({field}, Realm::ProfilingRequestSet(), &zero, 8).external_wait();
  }
  // The best of nine is what the copies by hand report, and three to four passes over new memory are slower
  // there, too: what the fills have left in the caches has to go first.
  for (int k = 0; k < 4; ++k) space.copy(srcs, dsts, Realm::ProfilingRequestSet()).external_wait();
  for (auto _ : state) space.copy(srcs, dsts, Realm::ProfilingRequestSet()).external_wait();
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * 2 * kSide * (kSide / fields) * 8 *
                          fields);
}
BENCHMARK(copy_large)
    ->Args({kSoa, kSoa, 1, 1})
    ->Args({kSoa, kSoa, 1, 2})
    ->Args({kAos, kSoa, 8, 1})
    ->Args({kSoa, kAos, 8, 1})
    ->Args({kAos, kSoa, 2, 1})
    ->Args({kSoa, kTurned, 1, 1})
    ->Args({kSoa, kTurned, 1, 2})
    ->UseRealTime();

// From the call to the event.
void copy_small(benchmark::State& state) {
  Running rt;
  std::map<Realm::FieldID, size_t> fields = {{1, 4}};
  const Realm::ProfilingRequestSet none;
  Realm::Rect<1> bounds(0, static_cast<int>(state.range(0)) / 4 - 1);
  Realm::IndexSpace<1> space(bounds);
  Realm::RegionInstance a, b;
  Realm::RegionInstance::create_instance(a, rt.memory, bounds, fields, 0, none).external_wait();
  Realm::RegionInstance::create_instance(b, rt.memory, bounds, fields, 0, none).external_wait();
  std::vector<Realm::CopySrcDstField> srcs(1), dsts(1);
  srcs[0].set_field(a, 1, 4);
  dsts[0].set_field(b, 1, 4);
  for (auto _ : state) space.copy(srcs, dsts, none).external_wait();
}
BENCHMARK(copy_small)->Arg(64)->Arg(4096);

// Arguments: whether the pointers are sorted, and whether the targets are the destination.
void gather_or_scatter(benchmark::State& state) {
  Running rt(1);
  constexpr int kPoints = 4 << 20;
  std::map<Realm::FieldID, size_t> fields = {{1, 8}, {2, sizeof(Realm::Point<1>)}};
  const Realm::ProfilingRequestSet none;
  const Realm::Rect<1> bounds(0, kPoints - 1);
  Realm::IndexSpace<1> space(bounds);
  Realm::RegionInstance here, there;
  Realm::RegionInstance::create_instance(here, rt.memory, bounds, fields, 0, none).external_wait();
  Realm::RegionInstance::create_instance(there, rt.memory, bounds, fields, 0, none).external_wait();
  std::vector<int> order(kPoints);
  for (int k = 0; k < kPoints; ++k) order[static_cast<size_t>(k)] = k;
  if (!state.range(0)) std::shuffle(order.begin(), order.end(), std::mt19937(3));
  Realm::AffineAccessor<Realm::Point<1>, 1> pointers(here, 2);
  for (int k = 0; k < kPoints; ++k) pointers[k] = Realm::Point<1>(order[static_cast<size_t>(k)]);
  Realm::CopyIndirection<1>::Unstructured<1> indirection(here, {space}, {there}, 2);
  std::vector<Realm::CopySrcDstField> srcs(1), dsts(1);
  if (state.range(1)) {
    srcs[0].set_field(here, 1, 8);
    dsts[0].set_indirect(0, 1, 8);
  } else {
    srcs[0].set_indirect(0, 1, 8);
    dsts[0].set_field(here, 1, 8);
  }
  for (auto _ : state) space.copy(srcs, dsts, {&indirection}, none).external_wait();
  set_time_per_item(state, kPoints);
}
BENCHMARK(gather_or_scatter)->Args({0, 0})->Args({1, 0})->Args({0, 1})->Args({1, 1})->UseRealTime();

}  // namespace
