// What operations of the low-level runtime cost, through its public interface only: the same text compiles
// with this project's realm.h and with that of Realm itself. Prints `label number`: nanoseconds for each
// event, instance, copy, element or task, and GB/s (bytes read and written) for large copies. Each is the
// best of some repetitions, made from one task; docs/performance.md says how the figures there were taken.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "realm.h"

using namespace Realm;

namespace {

enum { MAIN_TASK = Processor::TASK_ID_FIRST_AVAILABLE, EMPTY_TASK };

double best_seconds(int repetitions, const std::function<void()>& body) {
  double best = 1e30;
  for (int k = 0; k < repetitions; ++k) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void print_ns(const char* label, double seconds, double items) {
  std::printf("%s %.3f\n", label, seconds * 1e9 / items);
  std::fflush(stdout);
}

const ProfilingRequestSet none;

// ---- events and tasks

void measure_events(Processor p) {
  constexpr int kCount = 65536;
  print_ns("chain",
           best_seconds(15,
                        [] {
                          UserEvent first = UserEvent::create_user_event(), last = first;
                          for (int k = 0; k < kCount; ++k) {
                            UserEvent next = UserEvent::create_user_event();
                            next.trigger(last);
                            last = next;
                          }
                          first.trigger();
                          last.wait();
                        }),
           kCount);
  print_ns("fan_out",
           best_seconds(15,
                        [] {
                          UserEvent source = UserEvent::create_user_event(), last;
                          for (int k = 0; k < kCount; ++k) {
                            last = UserEvent::create_user_event();
                            last.trigger(source);
                          }
                          source.trigger();
                          last.wait();
                        }),
           kCount);
  std::vector<UserEvent> sources(kCount);
  std::vector<Event> inputs(kCount);
  print_ns("fan_in",
           best_seconds(15,
                        [&] {
                          for (int k = 0; k < kCount; ++k)
                            inputs[k] = sources[k] = UserEvent::create_user_event();
                          Event all = Event::merge_events(inputs);
                          for (UserEvent source : sources) source.trigger();
                          all.wait();
                        }),
           kCount);
  constexpr int kTasks = 20000;
  print_ns("task_chain",
           best_seconds(5,
                        [&] {
                          UserEvent start = UserEvent::create_user_event();
                          Event last = start;
                          for (int k = 0; k < kTasks; ++k) last = p.spawn(EMPTY_TASK, nullptr, 0, last);
                          start.trigger();
                          last.wait();
                        }),
           kTasks);
}

// ---- instances

void measure_instances(Memory memory) {
  const std::map<FieldID, size_t> fields = {{1, 4}};
  constexpr int kPairs = 20000;
  print_ns(
      "instance_at_once",
      best_seconds(
          10,
          [&] {
            for (int k = 0; k < kPairs; ++k) {
              RegionInstance instance;
              RegionInstance::create_instance(instance, memory, Rect<1>(0, 1023), fields, 0, none).wait();
              instance.destroy();
            }
          }),
      kPairs);
  // Each needs most of the memory and waits for the one before.
  constexpr int kLength = 1000;
  print_ns("instance_chain",
           best_seconds(10,
                        [&] {
                          UserEvent start = UserEvent::create_user_event();
                          Event last = start;
                          for (int k = 0; k < kLength; ++k) {
                            RegionInstance instance;
                            last = RegionInstance::create_instance(instance, memory, Rect<1>(0, 150 << 20),
                                                                   fields, 0, none, last);
                            instance.destroy(last);
                          }
                          start.trigger();
                          last.wait();
                        }),
           kLength);
  // All asked for at once: each waits for the announced release of the one before.
  print_ns("instance_deferred",
           best_seconds(10,
                        [&] {
                          std::vector<UserEvent> done;
                          Event last;
                          for (int k = 0; k < kLength; ++k) {
                            RegionInstance instance;
                            last = RegionInstance::create_instance(instance, memory, Rect<1>(0, 150 << 20),
                                                                   fields, 0, none);
                            done.push_back(UserEvent::create_user_event());
                            instance.destroy(done.back());
                          }
                          for (UserEvent event : done) event.trigger();
                          last.wait();
                        }),
           kLength);
}

// ---- copies

enum LayoutKind { kSoa, kAos, kTurned };
constexpr int kSide = 2048;  // points a side: 32 MiB for each field of 8 bytes

RegionInstance make_instance(Memory memory, LayoutKind kind, int field_count) {
  std::map<FieldID, size_t> sizes;
  for (int k = 0; k < field_count; ++k) sizes[k] = 8;
  InstanceLayoutConstraints constraints(sizes, kind == kAos ? 1 : 0);
  int straight[2] = {0, 1}, turned[2] = {1, 0};
  const Rect<2> bounds(Point<2>(0, 0), Point<2>(kSide - 1, kSide / field_count - 1));
  InstanceLayoutGeneric* layout = InstanceLayoutGeneric::choose_instance_layout<2, int>(
      IndexSpace<2>(bounds), constraints, kind == kTurned ? turned : straight);
  RegionInstance instance;
  RegionInstance::create_instance(instance, memory, *layout, none).wait();
  delete layout;
  return instance;
}

void measure_large_copy(const char* label, Memory memory, LayoutKind from, LayoutKind to, int fields) {
  RegionInstance src = make_instance(memory, from, fields), dst = make_instance(memory, to, fields);
  std::vector<CopySrcDstField> srcs(fields), dsts(fields);
  for (int k = 0; k < fields; ++k) {
    srcs[k].set_field(src, k, 8);
    dsts[k].set_field(dst, k, 8);
  }
  const IndexSpace<2> space = src.get_indexspace<2>();
  const int64_t zero = 0;
  for (auto* side : {&srcs, &dsts}) {
    for (CopySrcDstField& field : *side) space.fill({field}, none, &zero, 8).wait();
  }
  const double seconds = best_seconds(7, [&] { space.copy(srcs, dsts, none).wait(); });
  std::printf("%s %.3f\n", label, 2.0 * kSide * (kSide / fields) * 8 * fields / seconds * 1e-9);
  std::fflush(stdout);
  src.destroy();
  dst.destroy();
}

void measure_copies(Memory memory) {
  measure_large_copy("copy_contiguous", memory, kSoa, kSoa, 1);
  measure_large_copy("copy_aos_soa", memory, kAos, kSoa, 8);
  measure_large_copy("copy_soa_aos", memory, kSoa, kAos, 8);
  measure_large_copy("copy_transpose", memory, kSoa, kTurned, 1);

  const std::map<FieldID, size_t> fields = {{1, 4}};
  const Rect<1> bounds(0, 15);
  RegionInstance a, b;
  RegionInstance::create_instance(a, memory, bounds, fields, 0, none).wait();
  RegionInstance::create_instance(b, memory, bounds, fields, 0, none).wait();
  std::vector<CopySrcDstField> srcs(1), dsts(1);
  srcs[0].set_field(a, 1, 4);
  dsts[0].set_field(b, 1, 4);
  const IndexSpace<1> space(bounds);
  const int value = 0;
  space.fill(srcs, none, &value, 4).wait();
  constexpr int kCopies = 2000;
  print_ns("copy_64_bytes",
           best_seconds(10,
                        [&] {
                          for (int k = 0; k < kCopies; ++k) space.copy(srcs, dsts, none).wait();
                        }),
           kCopies);
  a.destroy();
  b.destroy();
}

void measure_indirect(Memory memory) {
  constexpr int kPoints = 1 << 20;
  const std::map<FieldID, size_t> fields = {{1, 8}, {2, sizeof(Point<1>)}};
  const Rect<1> bounds(0, kPoints - 1);
  const IndexSpace<1> space(bounds);
  RegionInstance here, there;
  RegionInstance::create_instance(here, memory, bounds, fields, 0, none).wait();
  RegionInstance::create_instance(there, memory, bounds, fields, 0, none).wait();
  std::vector<int> order(kPoints);
  for (int k = 0; k < kPoints; ++k) order[k] = k;
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  AffineAccessor<Point<1>, 1> pointers(here, 2);
  AffineAccessor<int64_t, 1> from(here, 1), to(there, 1);
  for (int k = 0; k < kPoints; ++k) {
    pointers[k] = Point<1>(order[k]);
    from[k] = to[k] = k;
  }
  CopyIndirection<1, int>::Unstructured<1, int> indirection(here, {space}, {there}, 2);
  indirection.next_indirection = nullptr;
  const std::vector<const CopyIndirection<1, int>::Base*> indirects = {&indirection};
  for (bool is_gather : {true, false}) {
    std::vector<CopySrcDstField> srcs(1), dsts(1);
    (is_gather ? dsts : srcs)[0].set_field(here, 1, 8);
    (is_gather ? srcs : dsts)[0].set_indirect(0, 1, 8);
    print_ns(is_gather ? "gather" : "scatter",
             best_seconds(5, [&] { space.copy(srcs, dsts, indirects, none).wait(); }), kPoints);
  }
  here.destroy();
  there.destroy();
}

// ---- dependent partitioning

void destroy_all(std::vector<IndexSpace<1>>& spaces) {
  for (IndexSpace<1>& space : spaces) space.destroy();
  spaces.clear();
}

void wait_valid(Event done, std::vector<IndexSpace<1>>& spaces) {
  done.wait();
  for (IndexSpace<1>& space : spaces) space.make_valid().wait();
}

void measure_partitions(Memory memory, bool is_clustered) {
  constexpr int kPoints = 1000000, kPieces = 64, kCluster = 1000;
  const IndexSpace<1> space(Rect<1>(0, kPoints - 1));
  const std::map<FieldID, size_t> fields = {{1, sizeof(int)}, {2, sizeof(Point<1>)}};
  RegionInstance data;
  RegionInstance::create_instance(data, memory, space, fields, 0, none).wait();
  AffineAccessor<int, 1> color(data, 1);
  AffineAccessor<Point<1>, 1> pointer(data, 2);
  std::mt19937_64 random(1);
  for (int k = 0; k < kPoints; ++k) {
    const int64_t to = is_clustered ? k + static_cast<int64_t>(random() % (2 * kCluster)) - kCluster
                                    : static_cast<int64_t>(random() % kPoints);
    const int at = static_cast<int>(std::min<int64_t>(kPoints - 1, std::max<int64_t>(0, to)));
    pointer[k] = Point<1>(at);
    color[k] = static_cast<int>(static_cast<int64_t>(at) * kPieces / kPoints);
  }
  std::vector<FieldDataDescriptor<IndexSpace<1>, int>> colors(1);
  colors[0].index_space = space;
  colors[0].inst = data;
  colors[0].field_offset = 1;
  std::vector<FieldDataDescriptor<IndexSpace<1>, Point<1>>> pointers(1);
  pointers[0].index_space = space;
  pointers[0].inst = data;
  pointers[0].field_offset = 2;
  std::vector<int> wanted(kPieces);
  for (int k = 0; k < kPieces; ++k) wanted[k] = k;
  std::vector<IndexSpace<1>> equal, pieces;
  wait_valid(space.create_equal_subspaces(kPieces, 1, equal, none), equal);

  const std::string order = is_clustered ? "_clustered" : "_random";
  auto measure = [&](const char* what, const std::function<Event()>& compute) {
    double best = 1e30;
    for (int k = 0; k < 3; ++k) {
      best = std::min(best, best_seconds(1, [&] { wait_valid(compute(), pieces); }));
      destroy_all(pieces);
    }
    print_ns((what + order).c_str(), best, kPoints);
  };
  measure("by_field", [&] { return space.create_subspaces_by_field(colors, wanted, pieces, none); });
  measure("image", [&] { return space.create_subspaces_by_image(pointers, equal, pieces, none); });
  measure("preimage", [&] { return space.create_subspaces_by_preimage(pointers, equal, pieces, none); });
  data.destroy();
}

void main_task(const void*, size_t, const void*, size_t, Processor p) {
  const Memory memory = Machine::MemoryQuery(Machine::get_machine())
                            .only_kind(Memory::SYSTEM_MEM)
                            .has_capacity(size_t(1) << 29)
                            .first();
  measure_events(p);
  measure_instances(memory);
  measure_copies(memory);
  measure_indirect(memory);
  measure_partitions(memory, true);
  measure_partitions(memory, false);
}

void empty_task(const void*, size_t, const void*, size_t, Processor) {}

}  // namespace

int main(int argc, char** argv) {
  Runtime rt;
  rt.init(&argc, &argv);
  rt.register_task(MAIN_TASK, main_task);
  rt.register_task(EMPTY_TASK, empty_task);
  const Processor p = Machine::ProcessorQuery(Machine::get_machine()).only_kind(Processor::LOC_PROC).first();
  rt.shutdown(rt.collective_spawn(p, MAIN_TASK, nullptr, 0));
  return rt.wait_for_shutdown();
}
