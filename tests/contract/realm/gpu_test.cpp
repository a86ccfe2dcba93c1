// GPUs of the low-level runtime, on simulated devices. Realm's API, sections 2, 8, 9 and 14.
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "contract/realm/support.h"
#include "palatine/realm_pool.h"
#include "realm/cuda/cuda_access.h"
#include "realm/cuda/cuda_module.h"
#include "runtime/device/simulated.h"
#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/process.h"
#include "runtime/realm/task.h"

namespace palatine::test {
namespace {

using namespace Realm;

std::vector<std::string> with_gpus(int count) {
  return {"-ll:cpu",   "2", "-ll:csize", "64", "--gpu=simulated", "-ll:gpu", std::to_string(count),
          "-ll:fsize", "8"};
}

std::vector<Memory> memories_of(Memory::Kind kind) {
  Machine::MemoryQuery query(Machine::get_machine());
  query.only_kind(kind);
  return std::vector<Memory>(query.begin(), query.end());
}

template <int N>
RegionInstance make_instance(Memory memory, const Rect<N>& bounds, const std::map<FieldID, size_t>& fields,
                             size_t block_size = 0) {
  RegionInstance instance;
  RegionInstance::create_instance(instance, memory, IndexSpace<N>(bounds), fields, block_size,
                                  ProfilingRequestSet())
      .wait();
  return instance;
}

// The last dimension runs fastest: copies from and to others transpose.
template <int N>
RegionInstance make_transposed(Memory memory, const Rect<N>& bounds, const std::map<FieldID, size_t>& fields,
                               size_t block_size) {
  int order[N];
  for (int d = 0; d < N; ++d) order[d] = N - 1 - d;
  InstanceLayoutGeneric* layout = InstanceLayoutGeneric::choose_instance_layout<N, int>(
      IndexSpace<N>(bounds), InstanceLayoutConstraints(fields, block_size), order);
  RegionInstance instance;
  RegionInstance::create_instance(instance, memory, layout, ProfilingRequestSet()).wait();
  return instance;
}

CopySrcDstField end_of(RegionInstance instance, FieldID field, size_t size) {
  CopySrcDstField end;
  end.set_field(instance, field, size);
  return end;
}

template <int N>
void copy_now(const IndexSpace<N>& space, RegionInstance from, RegionInstance to,
              std::map<FieldID, size_t> fields) {
  std::vector<CopySrcDstField> srcs, dsts;
  for (const auto& [field, size] : fields) {
    srcs.push_back(end_of(from, field, size));
    dsts.push_back(end_of(to, field, size));
  }
  space.copy(srcs, dsts, ProfilingRequestSet()).external_wait();
}

TEST(RealmGpu, AreProcessorsWithMemories) {
  RunningRuntime runtime(with_gpus(2));
  const std::vector<Processor> gpus = runtime.processors(Processor::TOC_PROC);
  const std::vector<Memory> framebuffers = memories_of(Memory::GPU_FB_MEM);
  ASSERT_EQ(gpus.size(), 2u);
  ASSERT_EQ(framebuffers.size(), 2u);
  EXPECT_EQ(framebuffers[0].capacity(), size_t{8} << 20);
  ASSERT_EQ(memories_of(Memory::Z_COPY_MEM).size(), 1u);
  const Machine machine = Machine::get_machine();
  for (size_t k = 0; k < 2; ++k) {
    int number = -1;
    EXPECT_TRUE(Cuda::get_cuda_device_id(gpus[k], &number));
    EXPECT_EQ(number, static_cast<int>(k));
    Machine::MemoryQuery best(machine);
    EXPECT_EQ(best.best_affinity_to(gpus[k]).first(), framebuffers[k]);
    EXPECT_FALSE(machine.has_affinity(runtime.cpu(), framebuffers[k]));
    EXPECT_TRUE(machine.has_affinity(gpus[k], memories_of(Memory::Z_COPY_MEM)[0]));
    EXPECT_FALSE(machine.has_affinity(gpus[k], memories_of(Memory::SYSTEM_MEM)[0]));
  }
  int number = -1;
  EXPECT_FALSE(Cuda::get_cuda_device_id(runtime.cpu(), &number));
}

TEST(RealmGpu, AreToldApartByTheirUuids) {
  RunningRuntime runtime(with_gpus(2));
  const std::vector<Processor> gpus = runtime.processors(Processor::TOC_PROC);
  Cuda::Uuid uuids[2];
  for (size_t k = 0; k < 2; ++k) EXPECT_TRUE(Cuda::get_cuda_device_uuid(gpus[k], &uuids[k]));
  EXPECT_NE(memcmp(uuids[0], uuids[1], Cuda::UUID_SIZE), 0);
  Cuda::Uuid untouched;
  EXPECT_FALSE(Cuda::get_cuda_device_uuid(runtime.cpu(), &untouched));
}

// What stream-aware tasks do.
std::atomic<int> stream_steps;
void stream_aware(const void* args, size_t arglen, const void* user_data, size_t user_data_len, Processor,
                  CUstream_st* stream) {
  EXPECT_EQ(arglen, sizeof(int));
  EXPECT_EQ(user_data_len, 3u);
  EXPECT_EQ(memcmp(user_data, "abc", 3), 0);
  // A simulated device has no driver's name for it.
  EXPECT_EQ(stream, nullptr);
  int number;
  memcpy(&number, args, sizeof number);
  // The one before is over, and its work, too.
  EXPECT_EQ(stream_steps, number);
  const auto step = [](void*) {
    std::this_thread::sleep_for(std::chrono::microseconds(500));
    ++stream_steps;
  };
  EXPECT_TRUE(realm::Task::current()->gpu_stream()->call(step, nullptr).ok());
}

TEST(RealmGpu, TasksMayGetTheirStreamAsAnArgument) {
  RunningRuntime runtime(with_gpus(1));
  const Processor gpu = runtime.processors(Processor::TOC_PROC)[0];
  stream_steps = 0;
  const CodeDescriptor code(&stream_aware);
  gpu.register_task(RunningRuntime::kFree, code, ProfilingRequestSet(), "abc", 3).external_wait();
  // Work beside the stream is not waited for.
  std::unique_ptr<device::Stream> own = realm::gpus()[0]->device().create_stream().take();
  static std::atomic<bool> may_end;
  may_end = false;
  ASSERT_TRUE(own->call(
                     [](void*) {
                       while (!may_end) std::this_thread::yield();
                     },
                     nullptr)
                  .ok());
  Event last = Event::NO_EVENT;
  for (int k = 0; k < 5; ++k) last = gpu.spawn(RunningRuntime::kFree, &k, sizeof k, last);
  last.external_wait();
  EXPECT_EQ(stream_steps, 5);
  may_end = true;
  EXPECT_TRUE(own->synchronize().ok());
}

TEST(RealmGpu, OnlyGpusHaveAStreamForTasks) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        RunningRuntime runtime(with_gpus(1));
        runtime.cpu().register_task(RunningRuntime::kFree, CodeDescriptor(&stream_aware),
                                    ProfilingRequestSet());
      },
      "takes a stream, which processor");
}

TEST(RealmGpu, ManagedMemoryIsReachedFromEverywhere) {
  std::vector<std::string> flags = with_gpus(2);
  flags.insert(flags.end(), {"-ll:msize", "4"});
  RunningRuntime runtime(flags);
  const std::vector<Memory> managed = memories_of(Memory::GPU_MANAGED_MEM);
  ASSERT_EQ(managed.size(), 1u);
  EXPECT_EQ(managed[0].capacity(), size_t{4} << 20);
  const Machine machine = Machine::get_machine();
  for (const Processor gpu : runtime.processors(Processor::TOC_PROC))
    EXPECT_TRUE(machine.has_affinity(gpu, managed[0]));
  EXPECT_TRUE(machine.has_affinity(runtime.cpu(), managed[0]));
  const Rect<1> bounds(0, 999);
  const RegionInstance here = make_instance<1>(managed[0], bounds, {{1, 8}});
  const RegionInstance there = make_instance<1>(memories_of(Memory::GPU_FB_MEM)[1], bounds, {{1, 8}});
  // The host has its address.
  AffineAccessor<int64_t, 1> values(here, 1);
  for (int k = 0; k < 1000; ++k) values[k] = 3 * k;
  copy_now<1>(bounds, here, there, {{1, 8}});
  for (int k = 0; k < 1000; ++k) values[k] = 0;
  copy_now<1>(bounds, there, here, {{1, 8}});
  for (int k = 0; k < 1000; ++k) EXPECT_EQ(values[k], 3 * k);
}

TEST(RealmGpu, ManagedMemoryNeedsAGpu) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(RunningRuntime({"-ll:msize", "4"}), testing::ExitedWithCode(1), "`-ll:msize` asks for memory");
  RunningRuntime off({"-ll:msize", "4", "--gpu=off"});
  EXPECT_TRUE(memories_of(Memory::GPU_MANAGED_MEM).empty());
}

// A task's work on its stream is over when the task is.
TEST(RealmGpu, TasksEndWithTheirWork) {
  RunningRuntime runtime(with_gpus(1));
  static std::atomic<int> steps;
  steps = 0;
  Event last = Event::NO_EVENT;
  for (int k = 0; k < 20; ++k) {
    last = runtime.spawn(
        runtime.processors(Processor::TOC_PROC)[0],
        [k](Processor) {
          // Of the task before, nothing is left.
          EXPECT_EQ(steps, 2 * k);
          Cuda::set_task_ctxsync_required(false);
          EXPECT_EQ(Cuda::get_task_cuda_stream(), nullptr);
          device::Stream& stream = *realm::Task::current()->gpu_stream();
          const auto step = [](void*) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            ++steps;
          };
          EXPECT_TRUE(stream.call(step, nullptr).ok());
          EXPECT_TRUE(stream.call(step, nullptr).ok());
        },
        last);
  }
  last.external_wait();
  EXPECT_EQ(steps, 40);
}

TEST(RealmGpu, TasksWaitForTheWholeDeviceUnlessTheySayOtherwise) {
  RunningRuntime runtime(with_gpus(1));
  std::unique_ptr<device::Stream> own = realm::gpus()[0]->device().create_stream().take();
  static std::atomic<bool> is_done;
  is_done = false;
  runtime
      .spawn(runtime.processors(Processor::TOC_PROC)[0],
             [&](Processor) {
               const auto slow = [](void*) {
                 std::this_thread::sleep_for(std::chrono::milliseconds(5));
                 is_done = true;
               };
               EXPECT_TRUE(own->call(slow, nullptr).ok());
             })
      .external_wait();
  EXPECT_TRUE(is_done);
}

// Any boxes between any layouts on any memories, against copies in arrays.
template <int N>
void random_copies(uint32_t seed) {
  RunningRuntime runtime(with_gpus(2));
  std::mt19937 random(seed);
  const std::vector<Memory> framebuffers = memories_of(Memory::GPU_FB_MEM);
  const std::vector<Memory> memories = {memories_of(Memory::SYSTEM_MEM)[0], framebuffers[0], framebuffers[1],
                                        memories_of(Memory::Z_COPY_MEM)[0]};
  Rect<N> bounds;
  for (int d = 0; d < N; ++d) bounds.lo[d] = d - 2, bounds.hi[d] = N == 1 ? 400 : 9;
  const std::map<FieldID, size_t> fields = {{1, 8}, {2, 4}, {3, 8}};
  struct Place {
    RegionInstance instance;
    std::map<FieldID, std::map<Point<N>, uint64_t>> values;
  };
  std::vector<Place> places;
  for (Memory memory : memories) {
    for (size_t block : {size_t{0}, size_t{1}, size_t{4}}) {
      Place& place = places.emplace_back();
      place.instance = N > 1 && random() % 2 ? make_transposed<N>(memory, bounds, fields, block)
                                             : make_instance<N>(memory, bounds, fields, block);
      for (const auto& [field, size] : fields) {
        const uint64_t value = random();
        std::vector<CopySrcDstField> dst = {end_of(place.instance, field, size)};
        std::vector<CopySrcDstField> src(1);
        src[0].set_fill(&value, size);
        IndexSpace<N>(bounds).copy(src, dst, ProfilingRequestSet()).external_wait();
        for (PointInRectIterator<N> it(bounds); it.valid; it.step())
          place.values[field][it.p] = value & (size == 4 ? ~0u : ~0ull);
      }
    }
  }
  for (int k = 0; k < 120; ++k) {
    Place &from = places[random() % places.size()], &to = places[random() % places.size()];
    Rect<N> box;
    for (int d = 0; d < N; ++d) {
      box.lo[d] =
          bounds.lo[d] + static_cast<int>(random() % static_cast<unsigned>(bounds.hi[d] - bounds.lo[d] + 1));
      box.hi[d] =
          box.lo[d] + static_cast<int>(random() % static_cast<unsigned>(bounds.hi[d] - box.lo[d] + 1));
    }
    std::map<FieldID, size_t> chosen;
    for (const auto& entry : fields) {
      if (random() % 2) chosen.insert(entry);
    }
    if (random() % 3 == 0) {
      // One element, so that places differ.
      Rect<N> single(box.lo, box.lo);
      const uint64_t value = random();
      std::vector<CopySrcDstField> src(1), dst = {end_of(to.instance, 1, 8)};
      src[0].set_fill(&value, 8);
      IndexSpace<N>(single).copy(src, dst, ProfilingRequestSet()).external_wait();
      to.values[1][box.lo] = value;
    } else if (&from != &to && !chosen.empty()) {
      copy_now(IndexSpace<N>(box), from.instance, to.instance, chosen);
      for (const auto& [field, size] : chosen) {
        for (PointInRectIterator<N> it(box); it.valid; it.step())
          to.values[field][it.p] = from.values[field][it.p];
      }
    }
  }
  const RegionInstance seen = make_instance<N>(memories[0], bounds, fields);
  for (Place& place : places) {
    copy_now(IndexSpace<N>(bounds), place.instance, seen, fields);
    AffineAccessor<uint64_t, N> first(seen, 1), third(seen, 3);
    AffineAccessor<uint32_t, N> second(seen, 2);
    for (PointInRectIterator<N> it(bounds); it.valid; it.step()) {
      ASSERT_EQ(first[it.p], place.values[1][it.p]);
      ASSERT_EQ(second[it.p], static_cast<uint32_t>(place.values[2][it.p]));
      ASSERT_EQ(third[it.p], place.values[3][it.p]);
    }
  }
}

TEST(RealmGpu, CopiesGoBetweenAllMemoriesAndLayouts) {
  random_copies<1>(1);
  random_copies<2>(2);
  random_copies<3>(3);
}

// Elements that lie far from each other on one side go over the bus in long rows.
TEST(RealmGpu, TheHostTurnsWhatIsTransposed) {
  RunningRuntime runtime(with_gpus(1));
  const Memory host = memories_of(Memory::SYSTEM_MEM)[0], device = memories_of(Memory::GPU_FB_MEM)[0];
  const Rect<2> bounds(Point<2>(-3, 5), Point<2>(296, 254));
  const std::map<FieldID, size_t> fields = {{1, 8}, {2, 4}};
  // Structures on the host, columns in the other order on the device.
  const RegionInstance there = make_transposed<2>(device, bounds, fields, 0);
  const RegionInstance here = make_instance<2>(host, bounds, fields, 1);
  const RegionInstance back = make_instance<2>(host, bounds, fields, 1);
  AffineAccessor<int64_t, 2> first(here, 1), first_back(back, 1);
  AffineAccessor<int32_t, 2> second(here, 2), second_back(back, 2);
  int64_t count = 0;
  for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
    first[it.p] = ++count;
    second[it.p] = static_cast<int32_t>(-count);
    first_back[it.p] = second_back[it.p] = 0;
  }
  realm::Gpu& gpu = *realm::gpus()[0];
  const uint64_t before = gpu.to_device().submitted() + gpu.to_host().submitted();
  // All but the border, so that no side is dense.
  const Rect<2> inner(Point<2>(-2, 6), Point<2>(295, 253));
  copy_now<2>(inner, here, there, fields);
  copy_now<2>(inner, there, back, fields);
  EXPECT_LE(gpu.to_device().submitted() + gpu.to_host().submitted() - before, 20u);
  for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
    const bool is_inside = inner.contains(it.p);
    ASSERT_EQ(first_back[it.p], is_inside ? static_cast<int64_t>(first[it.p]) : 0);
    ASSERT_EQ(second_back[it.p], is_inside ? static_cast<int32_t>(second[it.p]) : 0);
  }
}

TEST(RealmGpu, AKernelTransposesInsideOfADevice) {
  RunningRuntime runtime(with_gpus(1));
  const Memory host = memories_of(Memory::SYSTEM_MEM)[0], device = memories_of(Memory::GPU_FB_MEM)[0];
  const Rect<2> bounds(Point<2>(-3, 5), Point<2>(296, 254));
  const std::map<FieldID, size_t> fields = {{1, 8}, {2, 4}};
  const RegionInstance here = make_instance<2>(host, bounds, fields, 1),
                       back = make_instance<2>(host, bounds, fields, 1);
  // Structures, then columns in the other order.
  const RegionInstance structures = make_instance<2>(device, bounds, fields, 1);
  const RegionInstance columns = make_transposed<2>(device, bounds, fields, 0);
  AffineAccessor<int64_t, 2> first(here, 1), first_back(back, 1);
  AffineAccessor<int32_t, 2> second(here, 2), second_back(back, 2);
  int64_t count = 0;
  for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
    first[it.p] = ++count;
    second[it.p] = static_cast<int32_t>(-count);
    first_back[it.p] = second_back[it.p] = 0;
  }
  copy_now<2>(bounds, here, structures, fields);
  realm::Gpu& gpu = *realm::gpus()[0];
  const uint64_t before = gpu.inside().submitted();
  const Rect<2> inner(Point<2>(-2, 6), Point<2>(295, 253));
  copy_now<2>(inner, structures, columns, fields);
  EXPECT_LE(gpu.inside().submitted() - before, 8u) << "in few steps";
  copy_now<2>(inner, columns, back, fields);
  for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
    const bool is_inside = inner.contains(it.p);
    ASSERT_EQ(first_back[it.p], is_inside ? static_cast<int64_t>(first[it.p]) : 0);
    ASSERT_EQ(second_back[it.p], is_inside ? static_cast<int32_t>(second[it.p]) : 0);
  }
}

struct Add {
  typedef int64_t LHS;
  typedef int64_t RHS;
  static constexpr int64_t identity = 0;
  template <bool EXCLUSIVE>
  static void apply(int64_t& lhs, int64_t rhs) {
    lhs += rhs;
  }
  template <bool EXCLUSIVE>
  static void fold(int64_t& a, int64_t b) {
    a += b;
  }
};

TEST(RealmGpu, ReductionsReachTheMemoryOfADevice) {
  RunningRuntime runtime(with_gpus(1));
  runtime.runtime.register_reduction<Add>(7);
  const Rect<1> bounds(0, 99);
  const RegionInstance on_host = make_instance<1>(memories_of(Memory::SYSTEM_MEM)[0], bounds, {{1, 8}});
  const RegionInstance on_device =
      make_instance<1>(memories_of(Memory::GPU_FB_MEM)[0], bounds, {{1, 8}, {2, 8}}, 1);
  AffineAccessor<int64_t, 1> host(on_host, 1);
  for (int k = 0; k < 100; ++k) host[k] = k;
  copy_now(IndexSpace<1>(bounds), on_host, on_device, {{1, 8}});
  std::vector<CopySrcDstField> src = {end_of(on_host, 1, 8)}, dst = {end_of(on_device, 1, 8)};
  dst[0].set_redop(7, false, true);
  IndexSpace<1>(Rect<1>(10, 19)).copy(src, dst, ProfilingRequestSet()).external_wait();
  copy_now(IndexSpace<1>(bounds), on_device, on_host, {{1, 8}});
  for (int k = 0; k < 100; ++k) EXPECT_EQ(host[k], k >= 10 && k < 20 ? 2 * k : k);
}

TEST(RealmGpu, GathersAndScattersReachTheMemoryOfADevice) {
  RunningRuntime runtime(with_gpus(1));
  const Rect<1> bounds(0, 63);
  const IndexSpace<1> space(bounds);
  const Memory system = memories_of(Memory::SYSTEM_MEM)[0], framebuffer = memories_of(Memory::GPU_FB_MEM)[0];
  const RegionInstance on_host = make_instance<1>(system, bounds, {{1, 8}, {2, sizeof(Point<1>)}});
  const RegionInstance device =
      make_instance<1>(framebuffer, bounds, {{1, 8}, {2, sizeof(Point<1>)}, {3, 8}});
  AffineAccessor<int64_t, 1> value(on_host, 1);
  AffineAccessor<Point<1>, 1> pointer(on_host, 2);
  for (int k = 0; k < 64; ++k) {
    value[k] = 100 + k;
    pointer[k] = Point<1>((k * 7) % 64);
  }
  copy_now(space, on_host, device, {{1, 8}, {2, sizeof(Point<1>)}});
  CopyIndirection<1>::Unstructured<1> through;
  through.inst = device;
  through.field_id = 2;
  through.spaces = {space};
  through.insts = {device};
  const std::vector<const CopyIndirection<1>::Base*> indirects = {&through};
  // Gather: 3[k] = 1[pointer[k]].
  std::vector<CopySrcDstField> src(1), dst = {end_of(device, 3, 8)};
  src[0].set_indirect(0, 1, 8);
  space.copy(src, dst, indirects, ProfilingRequestSet()).external_wait();
  const RegionInstance seen = make_instance<1>(system, bounds, {{3, 8}});
  copy_now(space, device, seen, {{3, 8}});
  AffineAccessor<int64_t, 1> result(seen, 3);
  for (int k = 0; k < 64; ++k) EXPECT_EQ(result[k], 100 + (k * 7) % 64);
  // Scatter of some points: 3[pointer[k]] = 1[k].
  src = {end_of(device, 1, 8)};
  dst.assign(1, CopySrcDstField());
  dst[0].set_indirect(0, 3, 8);
  IndexSpace<1>(Rect<1>(0, 9)).copy(src, dst, indirects, ProfilingRequestSet()).external_wait();
  copy_now(space, device, seen, {{3, 8}});
  for (int k = 0; k < 10; ++k) EXPECT_EQ(result[(k * 7) % 64], 100 + k);
}

TEST(RealmGpu, PartitionsAreComputedFromFieldsOnADevice) {
  RunningRuntime runtime(with_gpus(1));
  const Rect<1> bounds(0, 29);
  const IndexSpace<1> space(bounds);
  const RegionInstance on_host = make_instance<1>(memories_of(Memory::SYSTEM_MEM)[0], bounds, {{1, 4}});
  AffineAccessor<int, 1> color(on_host, 1);
  for (int k = 0; k < 30; ++k) color[k] = k % 3;
  for (size_t block : {size_t{0}, size_t{1}}) {
    const RegionInstance device =
        make_instance<1>(memories_of(Memory::GPU_FB_MEM)[0], bounds, {{1, 4}, {2, 8}}, block);
    copy_now(space, on_host, device, {{1, 4}});
    std::vector<FieldDataDescriptor<IndexSpace<1>, int>> data(1);
    data[0].index_space = space;
    data[0].inst = device;
    data[0].field_offset = 1;
    std::vector<IndexSpace<1>> parts;
    space.create_subspaces_by_field(data, std::vector<int>{0, 1, 2}, parts, ProfilingRequestSet())
        .external_wait();
    for (int c = 0; c < 3; ++c) {
      EXPECT_EQ(parts[static_cast<size_t>(c)].volume(), 10u);
      EXPECT_TRUE(parts[static_cast<size_t>(c)].contains(27 + c));
    }
  }
}

TEST(RealmGpu, SingleElementsAreReadAndWritten) {
  RunningRuntime runtime(with_gpus(1));
  const RegionInstance device = make_instance<1>(memories_of(Memory::GPU_FB_MEM)[0], Rect<1>(0, 9), {{1, 8}});
  device.write<int64_t>(16, 77);
  EXPECT_EQ(device.read<int64_t>(16), 77);
}

// Memory that a program has from CUDA itself, of the second device.
TEST(RealmGpu, InstancesMayLieInMemoryThatTheProgramHas) {
  RunningRuntime runtime(with_gpus(2));
  realm::Gpu& gpu = *realm::gpus()[1];
  // Of which the runtime has given nothing out.
  char* own = gpu.bytes() + 4096;
  std::vector<int64_t> values(100);
  std::iota(values.begin(), values.end(), 7);
  gpu.write(own, values.data(), 800);
  const IndexSpace<1> bounds(Rect<1>(0, 99));
  const ExternalCudaMemoryResource resource(gpu.number(), own, 800);
  const Memory memory = resource.suggested_memory();
  EXPECT_EQ(memory, memories_of(Memory::GPU_FB_MEM)[1]);
  InstanceLayoutGeneric* layout = InstanceLayoutGeneric::choose_instance_layout<1, int>(
      bounds, InstanceLayoutConstraints(std::map<FieldID, size_t>{{1, 8}}, 0), std::array<int, 1>{0}.data());
  RegionInstance external;
  const Event ready =
      RegionInstance::create_external_instance(external, memory, layout, resource, ProfilingRequestSet());
  const RegionInstance on_host =
      make_instance<1>(memories_of(Memory::SYSTEM_MEM)[0], Rect<1>(0, 99), {{1, 8}});
  std::vector<CopySrcDstField> src = {end_of(external, 1, 8)}, dst = {end_of(on_host, 1, 8)};
  bounds.copy(src, dst, ProfilingRequestSet(), ready).wait();
  const AffineAccessor<int64_t, 1> at_home(on_host, 1);
  for (int k = 0; k < 100; ++k) {
    EXPECT_EQ(at_home[k], k + 7);
    at_home[k] = 2 * k;
  }
  bounds.copy(dst, src, ProfilingRequestSet()).wait();
  external.destroy();
  gpu.read(values.data(), own, 800);
  for (int k = 0; k < 100; ++k) EXPECT_EQ(values[static_cast<size_t>(k)], 2 * k);
}

// A chain of instances, each most of the device's memory, with work in each.
TEST(RealmGpu, InstancesWaitForTheMemoryOfTheOnesBefore) {
  RunningRuntime runtime(with_gpus(1));
  const Memory framebuffer = memories_of(Memory::GPU_FB_MEM)[0];
  const Rect<1> bounds(0, (700 << 10) - 1);
  Event last = Event::NO_EVENT;
  for (int k = 0; k < 50; ++k) {
    RegionInstance instance;
    const Event ready =
        RegionInstance::create_instance(instance, framebuffer, IndexSpace<1>(bounds),
                                        std::map<FieldID, size_t>{{1, 8}}, 0, ProfilingRequestSet(), last);
    std::vector<CopySrcDstField> src(1), dst = {end_of(instance, 1, 8)};
    const int64_t value = k;
    src[0].set_fill(&value, 8);
    last = IndexSpace<1>(bounds).copy(src, dst, ProfilingRequestSet(), ready);
    instance.destroy(last);
  }
  last.external_wait();
}

// Pools of the memory of a device, and instances, share its bytes.
TEST(RealmGpu, PoolsServeStreamsOfADevice) {
  RunningRuntime runtime(with_gpus(1));
  const Memory framebuffer = memories_of(Memory::GPU_FB_MEM)[0];
  StreamOrder order;
  EventTimeline timeline;
  const StreamId stream = order.add(timeline);
  {
    RealmPool pool(framebuffer, order);
    void* block = pool->allocate(stream, 1 << 20);
    realm::gpus()[0]->write(block, "palatine", 9);
    char text[9];
    realm::gpus()[0]->read(text, block, 9);
    EXPECT_STREQ(text, "palatine");
    EXPECT_EQ(pool->deallocate(block), PoolError::none);
  }
  {
    // Patterns are for memory that the host can write.
    realm::gpus()[0]->write(realm::gpus()[0]->bytes(), "palatine", 9);
    PoolOptions options;
    options.fresh_memory = FreshMemory::patterns;
    RealmPool pool(framebuffer, order, options);
    EXPECT_EQ(pool->allocate(stream, 1 << 20), realm::gpus()[0]->bytes());
    char text[9];
    realm::gpus()[0]->read(text, realm::gpus()[0]->bytes(), 9);
    EXPECT_STREQ(text, "palatine");
  }
  const RegionInstance all = make_instance<1>(framebuffer, Rect<1>(0, (1 << 20) - 1), {{1, 8}});
  EXPECT_TRUE(all.exists());
}

TEST(RealmGpu, NoneAreAnErrorWhenAskedFor) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(RunningRuntime({"-ll:gpu", "1"}), testing::ExitedWithCode(1),
              "error: GPU 0 is asked for: .*simulated. runs without one");
  EXPECT_EXIT(RunningRuntime({"--gpu=maybe"}), testing::ExitedWithCode(1), "there are `auto`, `require`");
  RunningRuntime off({"-ll:gpu", "3", "--gpu=off"});
  EXPECT_TRUE(off.processors(Processor::TOC_PROC).empty());
}

TEST(RealmGpu, ALostDeviceEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto lose = [] {
    RunningRuntime runtime(with_gpus(1));
    auto& platform = static_cast<device::SimulatedPlatform&>(realm::gpus()[0]->device().platform());
    Event end = runtime.spawn(runtime.processors(Processor::TOC_PROC)[0], [&](Processor) {
      Cuda::set_task_ctxsync_required(false);
      device::Stream& stream = *realm::Task::current()->gpu_stream();
      if (!stream.call([](void*) { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }, nullptr)
               .ok())
        abort();
      std::thread([&] { platform.lose(0); }).detach();
    });
    end.external_wait();
  };
  EXPECT_EXIT(lose(), testing::ExitedWithCode(1), "simulated device 0.*lost");
}

}  // namespace
}  // namespace palatine::test
