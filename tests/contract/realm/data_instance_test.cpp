// Instances: creation, deferred allocation, failure, redistricting, external instances, accessors.
// Realm API reference, sections "RegionInstance", "Deferred allocation" and "Accessors".
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "contract/realm/data_support.h"
#include "runtime/realm/instance/instance_record.h"

namespace palatine::test {
namespace {

using namespace Realm;

constexpr FieldID kFirst = 1, kSecond = 2;

// An instance of `bytes` bytes.
Event create_bytes(RegionInstance& instance, Memory memory, size_t bytes, Event wait_on = Event::NO_EVENT,
                   const ProfilingRequestSet& requests = tolerant()) {
  std::map<FieldID, size_t> fields = {{kFirst, 32}};
  return RegionInstance::create_instance(instance, memory, Rect<1>(1, static_cast<int>(bytes / 32)), fields,
                                         0, requests, wait_on);
}

TEST(RealmInstance, ArrayOfStructuresAndStructureOfArrays) {
  DataRuntime rt;
  const Rect<2> bounds(Point<2>(-3, 5), Point<2>(6, 9));
  for (size_t block : {0, 1}) {
    std::map<FieldID, size_t> fields = {{kFirst, 4}, {kSecond, 8}};
    RegionInstance instance;
    RegionInstance::create_instance(instance, rt.memory(), bounds, fields, block, ProfilingRequestSet())
        .external_wait();
    EXPECT_EQ(instance.get_indexspace<2>().bounds, bounds);
    EXPECT_EQ(instance.get_location(), rt.memory());
    AffineAccessor<int, 2> first(instance, kFirst);
    AffineAccessor<double, 2> second(instance, kSecond);
    GenericAccessor<double, 2> generic(instance, kSecond);
    for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
      first[it.p] = 100 * it.p[0] + it.p[1];
      second[it.p] = it.p[0] + 0.5 * it.p[1];
    }
    for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
      EXPECT_EQ(first.read(it.p), 100 * it.p[0] + it.p[1]);
      EXPECT_EQ(generic.read(it.p), it.p[0] + 0.5 * it.p[1]);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(second.ptr(it.p)) % 8, 0u);
    }
    EXPECT_EQ(first.is_dense_col_major(bounds), block == 0);
    EXPECT_FALSE(first.is_dense_row_major(bounds));
    EXPECT_EQ(instance.get_layout()->bytes_used, bounds.volume() * (block == 0 ? 12 : 16));
    instance.destroy();
  }
}

TEST(RealmInstance, AccessorsThroughTransforms) {
  DataRuntime rt;
  RegionInstance instance;
  std::map<FieldID, size_t> fields = {{kFirst, 4}};
  RegionInstance::create_instance(instance, rt.memory(), Rect<2>(Point<2>(0, 0), Point<2>(9, 9)), fields, 0,
                                  ProfilingRequestSet())
      .external_wait();
  AffineAccessor<int, 2> direct(instance, kFirst);
  Matrix<2, 1> diagonal;
  diagonal[0][0] = 1;
  diagonal[1][0] = 2;
  AffineAccessor<int, 1> along(instance, diagonal, Point<2>(1, 0), kFirst);
  for (int k = 0; k < 4; ++k) direct[Point<2>(1 + k, 2 * k)] = 7 * k;
  for (int k = 0; k < 4; ++k) EXPECT_EQ(along[k], 7 * k);
  instance.destroy();
}

TEST(RealmInstance, PiecewiseLayouts) {
  DataRuntime rt;
  const std::vector<Rect<1>> pieces = {Rect<1>(0, 9), Rect<1>(100, 104), Rect<1>(50, 59)};
  int order[1] = {0};
  std::map<FieldID, size_t> fields = {{kFirst, 4}, {kSecond, 1}};
  InstanceLayoutConstraints constraints(fields, 0);
  InstanceLayoutGeneric* layout =
      InstanceLayoutGeneric::choose_instance_layout<1, int>(Rect<1>(0, 104), pieces, constraints, order);
  EXPECT_EQ(layout->bytes_used, 25u * 5u);
  RegionInstance instance;
  RegionInstance::create_instance(instance, rt.memory(), layout, ProfilingRequestSet()).external_wait();
  EXPECT_FALSE((AffineAccessor<int, 1>::is_compatible(instance, kFirst)));
  EXPECT_TRUE((AffineAccessor<int, 1>::is_compatible(instance, kFirst, Rect<1>(52, 55))));
  EXPECT_FALSE((AffineAccessor<int, 1>::is_compatible(instance, kFirst, Rect<1>(5, 55))));
  EXPECT_FALSE((AffineAccessor<int, 1>::is_compatible(instance, 77)));
  MultiAffineAccessor<int, 1> all(instance, kFirst);
  for (const Rect<1>& piece : pieces)
    for (int p = piece.lo[0]; p <= piece.hi[0]; ++p) all[p] = 3 * p;
  EXPECT_FALSE(all.contains(30));
  const MultiAffineAccessor<int, 1> copy = all;
  GenericAccessor<int, 1> generic(instance, kFirst);
  for (const Rect<1>& piece : pieces) {
    AffineAccessor<int, 1> one(instance, kFirst, piece);
    for (int p = piece.lo[0]; p <= piece.hi[0]; ++p) {
      EXPECT_EQ(copy[p], 3 * p);
      EXPECT_EQ(one[p], 3 * p);
      EXPECT_EQ(generic.read(p), 3 * p);
    }
  }
  instance.destroy();
}

TEST(RealmInstance, HandlesAreUsedAgain) {
  DataRuntime rt;
  std::set<RegionInstance> seen;
  for (int k = 0; k < 100; ++k) {
    RegionInstance instance;
    create_bytes(instance, rt.memory(), 64);
    seen.insert(instance);
    instance.destroy();
  }
  EXPECT_EQ(seen.size(), 1u);
}

TEST(RealmInstance, MetadataIsThereWhenTheInstanceIs) {
  DataRuntime rt(2, 1);
  RegionInstance whole, next;
  const UserEvent gone = UserEvent::create_user_event();
  create_bytes(whole, rt.memory(), 1 << 20).external_wait();
  EXPECT_TRUE(whole.fetch_metadata(rt.cpu()).has_triggered());
  whole.destroy(gone);
  create_bytes(next, rt.memory(), 1 << 20);
  const Event known = next.fetch_metadata(rt.cpu());
  EXPECT_FALSE(known.has_triggered());
  gone.trigger();
  known.external_wait();
  next.destroy();
}

TEST(RealmInstance, InstancesOfOneLayoutShareIt) {
  DataRuntime rt(1);
  const std::map<FieldID, size_t> fields = {{kFirst, 4}, {kSecond, 8}}, fewer = {{kFirst, 4}};
  auto create = [&](const Rect<1>& bounds, const std::map<FieldID, size_t>& sizes, size_t block_size) {
    RegionInstance instance;
    RegionInstance::create_instance(instance, rt.memory(), bounds, sizes, block_size, ProfilingRequestSet())
        .external_wait();
    return instance;
  };
  RegionInstance a = create(Rect<1>(0, 9), fields, 0), b = create(Rect<1>(0, 9), fields, 0);
  EXPECT_EQ(a.get_layout(), b.get_layout());
  RegionInstance structures = create(Rect<1>(0, 9), fields, 1), longer = create(Rect<1>(0, 10), fields, 1),
                 smaller = create(Rect<1>(0, 10), fewer, 1), again = create(Rect<1>(0, 9), fields, 0);
  EXPECT_EQ(structures.get_layout()->bytes_used, 160u);
  EXPECT_EQ(longer.get_layout()->bytes_used, 176u);
  EXPECT_EQ(smaller.get_layout()->bytes_used, 44u);
  EXPECT_EQ(again.get_layout()->bytes_used, a.get_layout()->bytes_used);
  // It lives as long as one of them.
  a.destroy();
  AffineAccessor<double, 1> values(b, kSecond);
  values[9] = 2.5;
  EXPECT_EQ(values[9], 2.5);
  EXPECT_EQ(b.get_indexspace<1>().bounds, Rect<1>(0, 9));
  for (RegionInstance instance : {b, structures, longer, smaller, again}) instance.destroy();
}

TEST(RealmInstance, ReadWriteReduceBytes) {
  DataRuntime rt;
  RegionInstance instance;
  create_bytes(instance, rt.memory(), 64).external_wait();
  instance.write<int>(8, 5);
  EXPECT_EQ(instance.read<int>(8), 5);
  EXPECT_EQ(*instance.pointer<int>(8), 5);
  EXPECT_EQ(instance.pointer<int>(61), nullptr);
  instance.destroy();
}

// ---- deferred allocation

TEST(RealmDeferredAllocation, AChainOfBatchesHoldsOneBatch) {
  DataRuntime rt(2, 16);
  const size_t batch = (size_t{16} << 20) * 6 / 10 / 32 * 32;
  static std::atomic<int> runs;
  static std::atomic<int> inside;
  runs = inside = 0;
  constexpr Processor::TaskFuncID kUse = Processor::TASK_ID_FIRST_AVAILABLE;
  rt.runtime.register_task(kUse, [](const void* args, size_t, const void*, size_t, Processor) {
    RegionInstance instance = *static_cast<const RegionInstance*>(args);
    EXPECT_EQ(inside.fetch_add(1), 0);
    AffineAccessor<char, 1> bytes(instance, kFirst);
    bytes[1] = 1;
    inside.fetch_sub(1);
    runs.fetch_add(1);
  });
  UserEvent start = UserEvent::create_user_event();
  Event last = start;
  for (int k = 0; k < 1000; ++k) {
    RegionInstance instance;
    Event created = create_bytes(instance, rt.memory(), batch, last, ProfilingRequestSet());
    last = rt.cpu().spawn(kUse, &instance, sizeof(instance), created);
    instance.destroy(last);
  }
  start.trigger();
  last.external_wait();
  EXPECT_EQ(runs, 1000);
  EXPECT_EQ(realm::peak_instance_bytes(rt.memory()), batch);
}

// The same without preconditions: all allocations are asked for at once and wait for each other's releases.
TEST(RealmDeferredAllocation, AChainOfPendingReleases) {
  DataRuntime rt(2, 16);
  const size_t batch = (size_t{16} << 20) * 6 / 10 / 32 * 32;
  std::vector<UserEvent> done;
  std::vector<Event> created;
  for (int k = 0; k < 1000; ++k) {
    RegionInstance instance;
    created.push_back(create_bytes(instance, rt.memory(), batch));
    done.push_back(UserEvent::create_user_event());
    instance.destroy(done.back());
  }
  for (size_t k = 0; k < done.size(); ++k) {
    EXPECT_TRUE(created[k].has_triggered());
    if (k + 1 < done.size()) EXPECT_FALSE(created[k + 1].has_triggered());
    done[k].trigger();
  }
  EXPECT_EQ(realm::peak_instance_bytes(rt.memory()), batch);
}

TEST(RealmDeferredAllocation, FailsAtOnceWhenNoReleaseHelps) {
  DataRuntime rt(1, 16);
  RegionInstance a, b, c, d;
  const size_t half = size_t{8} << 20;
  EXPECT_FALSE(ends_in_poison(create_bytes(a, rt.memory(), half)));
  EXPECT_FALSE(ends_in_poison(create_bytes(b, rt.memory(), half)));
  UserEvent done = UserEvent::create_user_event();
  a.destroy(done);
  EXPECT_TRUE(ends_in_poison(create_bytes(c, rt.memory(), 2 * half)));
  Event created = create_bytes(d, rt.memory(), half);
  EXPECT_FALSE(created.has_triggered());
  done.trigger();
  EXPECT_FALSE(ends_in_poison(created));
  c.destroy();
  d.destroy();
  b.destroy();
  RegionInstance all;
  EXPECT_FALSE(ends_in_poison(create_bytes(all, rt.memory(), 2 * half)));
  all.destroy();
}

TEST(RealmDeferredAllocation, WithoutItNothingWaitsForAnnouncedReleases) {
  for (bool is_on : {true, false}) {
    DataRuntime rt(1, 1, {"-ll:defalloc", is_on ? "1" : "0"});
    const Rect<1> most(0, 200 << 10);
    RegionInstance first, second;
    RegionInstance::create_instance(first, rt.memory(), most, std::map<FieldID, size_t>{{1, 4}}, 0,
                                    ProfilingRequestSet())
        .external_wait();
    UserEvent later = UserEvent::create_user_event();
    first.destroy(later);
    Event ready = RegionInstance::create_instance(second, rt.memory(), most,
                                                  std::map<FieldID, size_t>{{1, 4}}, 0, tolerant());
    later.trigger();
    EXPECT_EQ(ends_in_poison(ready), !is_on);
    second.destroy();
  }
}

TEST(RealmDeferredAllocation, APoisonedPreconditionCancelsAndIsNeverFatal) {
  DataRuntime rt(1, 16);
  UserEvent never = UserEvent::create_user_event();
  RegionInstance instance;
  Event created = create_bytes(instance, rt.memory(), 64, never, ProfilingRequestSet());
  instance.destroy();
  never.cancel();
  EXPECT_TRUE(ends_in_poison(created));
}

TEST(RealmDeferredAllocation, APoisonedReleaseKeepsTheInstance) {
  DataRuntime rt(1, 16);
  RegionInstance all, next;
  create_bytes(all, rt.memory(), size_t{16} << 20);
  UserEvent never = UserEvent::create_user_event();
  all.destroy(never);
  Event created = create_bytes(next, rt.memory(), 64);
  EXPECT_FALSE(created.has_triggered());
  never.cancel();
  EXPECT_TRUE(ends_in_poison(created));
  next.destroy();
  all.destroy();
  EXPECT_FALSE(ends_in_poison(create_bytes(next, rt.memory(), 64)));
  next.destroy();
}

struct Answer {
  UserEvent done;
  int* value;
};

TEST(RealmDeferredAllocation, ProfilingSaysHowItEnded) {
  DataRuntime rt(2, 16);
  constexpr Processor::TaskFuncID kStatus = Processor::TASK_ID_FIRST_AVAILABLE, kResult = kStatus + 1;
  rt.runtime.register_task(kStatus, [](const void* args, size_t size, const void*, size_t, Processor) {
    ProfilingResponse response(args, size);
    const Answer& answer = *static_cast<const Answer*>(response.user_data());
    ProfilingMeasurements::InstanceStatus status;
    *answer.value = response.get_measurement(status) ? static_cast<int>(status.result) : -1;
    answer.done.trigger();
  });
  rt.runtime.register_task(kResult, [](const void* args, size_t size, const void*, size_t, Processor) {
    ProfilingResponse response(args, size);
    const Answer& answer = *static_cast<const Answer*>(response.user_data());
    ProfilingMeasurements::InstanceAllocResult result;
    *answer.value = response.get_measurement(result) ? result.success : -1;
    answer.done.trigger();
  });
  auto ask = [&](size_t bytes, Processor::TaskFuncID task, Event wait_on, RegionInstance& instance,
                 bool is_destroyed = false) {
    int value = -2;
    Answer answer = {UserEvent::create_user_event(), &value};
    ProfilingRequestSet requests;
    auto& request = requests.add_request(rt.cpu(), task, &answer, sizeof(answer));
    if (task == kStatus) {
      request.add_measurement<ProfilingMeasurements::InstanceStatus>();
    } else {
      request.add_measurement<ProfilingMeasurements::InstanceAllocResult>();
    }
    create_bytes(instance, rt.memory(), bytes, wait_on, requests);
    if (is_destroyed) {
      // Until then nothing is known about its end.
      EXPECT_FALSE(answer.done.has_triggered());
      instance.destroy();
    }
    answer.done.external_wait();
    return value;
  };
  using Status = ProfilingMeasurements::InstanceStatus;
  UserEvent poison = UserEvent::create_user_event();
  poison.cancel();
  RegionInstance a, b, c, d, e;
  EXPECT_EQ(ask(64, kStatus, Event::NO_EVENT, a, true), Status::DESTROYED_SUCCESSFULLY);
  EXPECT_EQ(ask(size_t{17} << 20, kStatus, Event::NO_EVENT, b), Status::FAILED_ALLOCATION);
  EXPECT_EQ(ask(64, kStatus, poison, c), Status::CANCELLED_ALLOCATION);
  EXPECT_EQ(ask(64, kResult, Event::NO_EVENT, d), 1);
  EXPECT_EQ(ask(size_t{17} << 20, kResult, Event::NO_EVENT, e), 0);
  for (RegionInstance instance : {b, c, d, e}) instance.destroy();
}

// Many threads, many chains; what the planner promises must hold through the events, too.
TEST(RealmDeferredAllocation, ChainsSideBySide) {
  DataRuntime rt(2, 16);
  static std::atomic<size_t> live;
  live = 0;
  constexpr Processor::TaskFuncID kUse = Processor::TASK_ID_FIRST_AVAILABLE;
  const size_t quarter = size_t{4} << 20;
  rt.runtime.register_task(kUse, [](const void* args, size_t, const void*, size_t, Processor) {
    RegionInstance instance = *static_cast<const RegionInstance*>(args);
    EXPECT_LE(live.fetch_add(1) + 1, 4u);
    // Not atomic: the thread sanitizer sees when two instances share bytes without order.
    AffineAccessor<int, 1> bytes(instance, kFirst);
    for (int k = 1; k < 64; ++k) bytes[k] = k;
    for (int k = 1; k < 64; ++k) EXPECT_EQ(bytes[k], k);
    live.fetch_sub(1);
  });
  std::vector<Processor> cpus;
  Machine::ProcessorQuery query(Machine::get_machine());
  query.only_kind(Processor::LOC_PROC);
  cpus.assign(query.begin(), query.end());
  std::vector<Event> ends(7, Event::NO_EVENT);
  for (int k = 0; k < 60; ++k) {
    for (size_t c = 0; c < ends.size(); ++c) {
      RegionInstance instance;
      Event created = create_bytes(instance, rt.memory(), quarter, Event::NO_EVENT, ProfilingRequestSet());
      Event used = cpus[c % cpus.size()].spawn(kUse, &instance, sizeof(instance),
                                               Event::merge_events(created, ends[c]));
      instance.destroy(used);
      ends[c] = used;
    }
  }
  Event::merge_events(ends).external_wait();
  EXPECT_LE(realm::peak_instance_bytes(rt.memory()), size_t{16} << 20);
}

// ---- redistricting

InstanceLayoutGeneric* bytes_layout(size_t bytes) {
  int order[1] = {0};
  std::map<FieldID, size_t> fields = {{kFirst, 32}};
  return InstanceLayoutGeneric::choose_instance_layout<1, int>(
      IndexSpace<1>(Rect<1>(1, static_cast<int>(bytes / 32))), InstanceLayoutConstraints(fields, 0), order);
}

TEST(RealmRedistrict, PiecesKeepTheBytes) {
  DataRuntime rt(1, 16);
  RegionInstance whole;
  create_bytes(whole, rt.memory(), 1024).external_wait();
  for (size_t k = 0; k < 1024; k += 4) whole.write<int>(k, static_cast<int>(k));
  std::unique_ptr<InstanceLayoutGeneric> small(bytes_layout(256)), large(bytes_layout(512)),
      huge(bytes_layout(2048));
  const InstanceLayoutGeneric* layouts[3] = {small.get(), huge.get(), large.get()};
  ProfilingRequestSet requests[3] = {tolerant(), tolerant(), tolerant()};
  RegionInstance pieces[3];
  UserEvent start = UserEvent::create_user_event();
  Event ready = whole.redistrict(pieces, layouts, 3, requests, start);
  start.trigger();
  EXPECT_TRUE(ends_in_poison(ready));  // one does not fit
  EXPECT_EQ(pieces[0].read<int>(8), 8);
  EXPECT_EQ(pieces[2].read<int>(8), 256 + 8);
  for (RegionInstance piece : pieces) piece.destroy();
  RegionInstance all;
  EXPECT_FALSE(ends_in_poison(create_bytes(all, rt.memory(), size_t{16} << 20)));
  all.destroy();
}

TEST(RealmRedistrict, APoisonedPreconditionCancelsThePieces) {
  DataRuntime rt(1, 16);
  RegionInstance whole, piece, part;
  create_bytes(whole, rt.memory(), 1024).external_wait();
  whole.write<int>(0, 42);
  std::unique_ptr<InstanceLayoutGeneric> layout(bytes_layout(512)), smaller(bytes_layout(256));
  UserEvent start = UserEvent::create_user_event();
  Event ready = whole.redistrict(piece, layout.get(), ProfilingRequestSet(), start);
  // A piece of a piece that will never be.
  Event part_ready = piece.redistrict(part, smaller.get(), ProfilingRequestSet(), ready);
  start.cancel();
  EXPECT_TRUE(ends_in_poison(ready));
  EXPECT_TRUE(ends_in_poison(part_ready));
  EXPECT_EQ(whole.read<int>(0), 42);
  whole.destroy();
}

TEST(RealmRedistrict, ChainsOfPieces) {
  DataRuntime rt(2, 16);
  RegionInstance current;
  Event ready = create_bytes(current, rt.memory(), size_t{16} << 20);
  for (size_t bytes = size_t{8} << 20; bytes >= 1024; bytes /= 2) {
    std::unique_ptr<InstanceLayoutGeneric> layout(bytes_layout(bytes));
    const InstanceLayoutGeneric* layouts[2] = {layout.get(), layout.get()};
    ProfilingRequestSet requests[2];
    RegionInstance halves[2];
    ready = current.redistrict(halves, layouts, 2, requests, ready);
    halves[0].destroy(ready);
    current = halves[1];
  }
  EXPECT_FALSE(ends_in_poison(ready));
  current.destroy();
}

// ---- external instances

TEST(RealmExternalInstance, MemoryOfTheProgram) {
  DataRuntime rt;
  std::vector<int> data(100);
  for (int k = 0; k < 100; ++k) data[static_cast<size_t>(k)] = k;
  int order[1] = {0};
  std::map<FieldID, size_t> fields = {{kFirst, 4}};
  std::unique_ptr<InstanceLayoutGeneric> layout(InstanceLayoutGeneric::choose_instance_layout<1, int>(
      IndexSpace<1>(Rect<1>(0, 99)), InstanceLayoutConstraints(fields, 0), order));
  ExternalMemoryResource resource(data.data(), data.size() * sizeof(int));
  RegionInstance instance;
  RegionInstance::create_external_instance(instance, resource.suggested_memory(), *layout, resource,
                                           ProfilingRequestSet())
      .external_wait();
  AffineAccessor<int, 1> values(instance, kFirst);
  EXPECT_EQ(values.ptr(0), data.data());
  fill_with<1, int, int>(Rect<1>(10, 19), instance, kFirst, -1);
  EXPECT_EQ(data[9], 9);
  EXPECT_EQ(data[10], -1);
  EXPECT_EQ(data[20], 20);

  // Another view of some of the bytes.
  std::unique_ptr<ExternalInstanceResource> part(
      instance.generate_resource_info(IndexSpaceGeneric(Rect<1>(50, 59)), kFirst, false));
  std::unique_ptr<InstanceLayoutGeneric> small(InstanceLayoutGeneric::choose_instance_layout<1, int>(
      IndexSpace<1>(Rect<1>(0, 9)), InstanceLayoutConstraints(fields, 0), order));
  RegionInstance view;
  RegionInstance::create_external_instance(view, part->suggested_memory(), *small, *part,
                                           ProfilingRequestSet())
      .external_wait();
  EXPECT_EQ((AffineAccessor<int, 1>(view, kFirst)[3]), 53);
  view.destroy();

  ExternalMemoryResource too_small(data.data(), 10);
  RegionInstance none;
  EXPECT_TRUE(ends_in_poison(RegionInstance::create_external_instance(
      none, too_small.suggested_memory(), *layout, too_small, ProfilingRequestSet())));
  EXPECT_FALSE(none.exists());
  instance.destroy();
  EXPECT_EQ(data[99], 99);
}

TEST(RealmExternalInstance, Files) {
  DataRuntime rt;
  const std::string name = testing::TempDir() + "palatine_data_instance_test.bin";
  IndexSpace<1> space(Rect<1>(0, 999));
  std::map<FieldID, size_t> fields = {{kFirst, 8}};
  RegionInstance memory, file;
  RegionInstance::create_instance(memory, rt.memory(), space, fields, 0, ProfilingRequestSet())
      .external_wait();
  AffineAccessor<double, 1> values(memory, kFirst);
  for (int k = 0; k < 1000; ++k) values[k] = k / 3.0;
  RegionInstance::create_file_instance(file, name.c_str(), space, {kFirst}, {8}, REALM_FILE_CREATE,
                                       ProfilingRequestSet())
      .external_wait();
  space.copy({field_of(memory, kFirst, 8)}, {field_of(file, kFirst, 8)}, ProfilingRequestSet())
      .external_wait();
  file.destroy();
  std::ifstream in(name, std::ios::binary);
  std::vector<double> read(1001);
  in.read(reinterpret_cast<char*>(read.data()), 8008);
  EXPECT_EQ(in.gcount(), 8000);
  EXPECT_EQ(read[999], 999 / 3.0);

  // A part of it, from an offset that is no page.
  ExternalFileResource resource(name, REALM_FILE_READ_ONLY, 80);
  int order[1] = {0};
  std::unique_ptr<InstanceLayoutGeneric> layout(InstanceLayoutGeneric::choose_instance_layout<1, int>(
      IndexSpace<1>(Rect<1>(0, 9)), InstanceLayoutConstraints(fields, 0), order));
  RegionInstance part;
  RegionInstance::create_external_instance(part, resource.suggested_memory(), *layout, resource,
                                           ProfilingRequestSet())
      .external_wait();
  EXPECT_EQ((GenericAccessor<double, 1>(part, kFirst).read(4)), 14 / 3.0);
  part.destroy();

  ExternalFileResource missing(name + ".missing", REALM_FILE_READ_ONLY);
  EXPECT_TRUE(ends_in_poison(RegionInstance::create_external_instance(part, missing.suggested_memory(),
                                                                      *layout, missing, tolerant())));
  part.destroy();
  memory.destroy();
  std::remove(name.c_str());
}

// ---- wrong uses

using Ints = AffineAccessor<int, 1>;

TEST(RealmInstanceDeathTest, MessagesNameTheCallAndTheObject) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), size_t{17} << 20, Event::NO_EVENT, ProfilingRequestSet());
      },
      testing::ExitedWithCode(1),
      "out of memory: an instance needs 17825792 bytes .*SYSTEM_MEM.* 16777216 bytes are free, the largest "
      "free block "
      "has 16777216, the limit is 16777216");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), 64);
        instance.destroy(UserEvent::create_user_event());
        instance.destroy();
      },
      testing::ExitedWithCode(1), "RegionInstance::destroy: instance .* has been destroyed before");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), 64);
        instance.destroy();
        instance.destroy();
      },
      testing::ExitedWithCode(1), "RegionInstance::destroy: .* is no instance");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        InstanceLayoutGeneric* none = nullptr;
        RegionInstance::create_instance(instance, rt.memory(), none, ProfilingRequestSet());
      },
      testing::ExitedWithCode(1), "RegionInstance::create_instance: the layout is null");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), 64);
        instance.fetch_metadata(Processor::NO_PROC);
      },
      testing::ExitedWithCode(1), "RegionInstance::fetch_metadata: 0 is no processor");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        RegionInstance piece;
        create_bytes(instance, rt.memory(), 64);
        instance.redistrict(piece, nullptr, ProfilingRequestSet());
      },
      testing::ExitedWithCode(1), "RegionInstance::redistrict: layout 0 for instance .* is null");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), 64);
        instance.redistrict(nullptr, nullptr, 2, nullptr);
      },
      testing::ExitedWithCode(1),
      "RegionInstance::redistrict: the arrays for 2 new instances of instance .* are null");
  // 2^65 bytes.
  auto create_huge = [] {
    DataRuntime rt(1, 16);
    const std::map<FieldID, size_t> fields = {{kFirst, 8}};
    RegionInstance instance;
    RegionInstance::create_instance(instance, rt.memory(), Rect<1, long long>(0, (1ll << 62) - 1), fields, 0,
                                    ProfilingRequestSet());
  };
  EXPECT_EXIT(create_huge(), testing::ExitedWithCode(1),
              "out of memory: an instance needs 4611686018427387903 bytes");
  auto choose = [](int first, int second) {
    const int order[2] = {first, second};
    const std::map<FieldID, size_t> fields = {{kFirst, 4}};
    delete InstanceLayoutGeneric::choose_instance_layout<2, int>(Rect<2>({0, 0}, {3, 3}),
                                                                 InstanceLayoutConstraints(fields, 0), order);
  };
  EXPECT_EXIT(choose(0, 2), testing::ExitedWithCode(1),
              "InstanceLayoutGeneric::choose_instance_layout: the order of 2 dimensions has 2 at place 1");
  EXPECT_EXIT(choose(1, 1), testing::ExitedWithCode(1), "the order of 2 dimensions has 1 at place 1");
  auto create_at_null = [] {
    DataRuntime rt(1, 16);
    const int order[1] = {0};
    const std::map<FieldID, size_t> fields = {{kFirst, 4}};
    RegionInstance instance;
    RegionInstance::create_external_instance(instance, rt.memory(),
                                             InstanceLayoutGeneric::choose_instance_layout<1, int>(
                                                 Rect<1>(0, 15), InstanceLayoutConstraints(fields, 0), order),
                                             ExternalMemoryResource(uintptr_t{0}, 64, false),
                                             ProfilingRequestSet());
  };
  EXPECT_EXIT(create_at_null(), testing::ExitedWithCode(1),
              "the external memory of an instance of 64 bytes is null");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance(1234).get_layout();
      },
      testing::ExitedWithCode(1), "RegionInstance::get_layout: 4d2 is no instance");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), 64);
        Ints wrong(instance, 5);
      },
      testing::ExitedWithCode(1), "AffineAccessor: instance .* has no field 5");
  EXPECT_EXIT(
      {
        DataRuntime rt(1, 16);
        RegionInstance instance;
        create_bytes(instance, rt.memory(), 64, UserEvent::create_user_event());
        Ints early(instance, kFirst);
      },
      testing::ExitedWithCode(1), "instance .* has no memory yet");
}

}  // namespace
}  // namespace palatine::test
