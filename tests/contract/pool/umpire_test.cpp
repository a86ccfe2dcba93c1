// Programs written for Umpire's pools and camp's resources, compiled against our headers as ordinary C++.
// Kernels are host functions queued on the streams behind the resources.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <unordered_set>
#include <vector>

#include "camp/camp.hpp"
#include "runtime/pool/device_streams_inside.h"
#include "umpire/ResourceManager.hpp"
#include "umpire/TypedAllocator.hpp"
#include "umpire/Umpire.hpp"
#include "umpire/config.hpp"
#include "umpire/strategy/DynamicPoolList.hpp"
#include "umpire/strategy/QuickPool.hpp"
#include "umpire/strategy/ResourceAwarePool.hpp"
#include "umpire/strategy/ThreadSafeAllocator.hpp"
#include "umpire/util/wrap_allocator.hpp"

namespace palatine::test {
namespace {

using namespace camp::resources;
using umpire::strategy::ResourceAwarePool;

umpire::ResourceManager& manager() {
  return umpire::ResourceManager::getInstance();
}

std::string fresh_name() {
  static int count = 0;
  return "pool " + std::to_string(++count);
}

umpire::Allocator make_pool(const std::string& parent = "UM") {
  return manager().makeAllocator<ResourceAwarePool>(fresh_name(), manager().getAllocator(parent));
}

// Keeps a stream busy until the test lets it go.
class Blocker {
 public:
  explicit Blocker(Cuda& cuda) : stream_(devices::inside(cuda.palatine_device_stream())) {
    EXPECT_TRUE(
        stream_.call([](void* self) { static_cast<Blocker*>(self)->is_open_.wait(false); }, this).ok());
  }
  ~Blocker() { open(); }
  void open() {
    is_open_ = true;
    is_open_.notify_all();
    EXPECT_TRUE(stream_.synchronize().ok());
  }

 private:
  device::Stream& stream_;
  std::atomic<bool> is_open_{false};
};

TEST(UmpireFace, BothArgumentOrders) {
  umpire::Allocator pool = make_pool();
  Cuda d1;
  Resource r1{d1};
  void* a = pool.allocate(1024, r1);
  void* b = pool.allocate(r1, 1024);
  void* c = pool.allocate(1024, d1);
  EXPECT_EQ(get_resource(pool, a), r1);
  EXPECT_EQ(getResource(pool, b), r1);
  EXPECT_EQ(pool.getCurrentSize(), 3072u);
  pool.deallocate(a, r1);
  pool.deallocate(r1, b);
  pool.deallocate(c, d1);
  EXPECT_EQ(pool.getCurrentSize(), 0u);
  EXPECT_EQ(pool.getHighWatermark(), 3072u);
}

TEST(UmpireFace, BusyResourcesKeepTheirMemoryPending) {
  for (const char* memory : {"DEVICE", "DEVICE::0", "UM", "PINNED"}) {
    umpire::Allocator pool = make_pool(memory);
    Cuda d1, d2;
    Resource r1{d1}, r2{d2};
    EXPECT_NE(r1, r2);
    void* a = pool.allocate(1024, r1);
    Blocker blocker(d1);
    pool.deallocate(a, r1);
    EXPECT_EQ(get_num_pending(pool), 1u);
    EXPECT_EQ(get_resource(pool, a), r1);
    void* b = pool.allocate(1024, r2);
    EXPECT_NE(a, b);
    EXPECT_EQ(get_resource(pool, b), r2);
    // The same resource has it back at once.
    EXPECT_EQ(pool.allocate(1024, r1), a);
    EXPECT_EQ(get_num_pending(pool), 0u);
    pool.deallocate(a, r1);
    blocker.open();
    d1.wait();
    umpire::util::unwrap_allocator<ResourceAwarePool>(pool)->coalesce();
    EXPECT_EQ(get_num_pending(pool), 0u);
    EXPECT_EQ(get_resource(pool, a), Resource{Host{}});
    pool.deallocate(b, r2);
  }
}

TEST(UmpireFace, WaitsOfProgramsProveTheOrder) {
  umpire::Allocator pool =
      manager().makeAllocator<ResourceAwarePool>(fresh_name(), manager().getAllocator("UM"), 4096, 4096);
  Cuda d1, d2;
  void* a = pool.allocate(4096, d1);
  Blocker blocker(d1);
  pool.deallocate(a, d1);
  Event event = d1.get_event_erased();
  EXPECT_FALSE(event.check());
  d2.wait_for(&event);
  // Stream 2 cannot begin before stream 1 is past the free: no need of other memory.
  EXPECT_EQ(pool.allocate(4096, d2), a);
  blocker.open();
  event.wait();
  EXPECT_TRUE(event.check());
  pool.deallocate(a, d2);
}

TEST(UmpireFace, HostResourcesAreOneAndNeverPending) {
  umpire::Allocator pool = make_pool("HOST");
  Resource r1{Host{}}, r2{Host{}};
  EXPECT_EQ(r1, r2);
  void* a = pool.allocate(1024, r1);
  pool.deallocate(a, r1);
  EXPECT_EQ(get_num_pending(pool), 0u);
  EXPECT_EQ(pool.allocate(1024, r2), a);
  pool.deallocate(a);
  // Without a resource: the host's.
  void* b = pool.allocate(64);
  EXPECT_EQ(get_resource(pool, b), r1);
  pool.deallocate(b);
}

TEST(UmpireFace, MistakesThrowAndChangeNothing) {
  umpire::Allocator pool = make_pool(), other = make_pool();
  Cuda d1, d2;
  void* a = pool.allocate(1024, d1);
  EXPECT_THROW(pool.deallocate(a, d2), umpire::runtime_error);
  EXPECT_THROW(other.deallocate(a), umpire::runtime_error);
  int local = 0;
  EXPECT_THROW(pool.deallocate(&local), umpire::runtime_error);
  EXPECT_EQ(pool.getCurrentSize(), 1024u);
  EXPECT_NO_THROW(pool.deallocate(a, d1));
  EXPECT_THROW(pool.deallocate(a, d1), umpire::runtime_error);
  EXPECT_NO_THROW(pool.deallocate(nullptr));
  umpire::Allocator quick =
      manager().makeAllocator<umpire::strategy::QuickPool>(fresh_name(), manager().getAllocator("UM"));
  EXPECT_THROW(get_num_pending(quick), umpire::runtime_error);
  EXPECT_THROW(get_resource(quick, a), umpire::runtime_error);
  EXPECT_THROW(umpire::util::unwrap_allocator<ResourceAwarePool>(quick), umpire::runtime_error);
  EXPECT_THROW(manager().getAllocator("no such"), umpire::runtime_error);
  EXPECT_THROW(ResourceAwarePool::percent_releasable(101), umpire::runtime_error);
  EXPECT_THROW(manager().makeAllocator<ResourceAwarePool>(pool.getName(), manager().getAllocator("UM")),
               umpire::runtime_error);
  EXPECT_THROW(
      manager().makeAllocator<ResourceAwarePool>("odd", manager().getAllocator("UM"), 1024, 1024, 24),
      umpire::runtime_error);
  EXPECT_FALSE(manager().isAllocator("odd"));
}

TEST(UmpireFace, ShortMemorySaysWhatWasAsked) {
  umpire::Allocator pool = make_pool("HOST");
  try {
    pool.allocate(std::size_t{1} << 60);
    FAIL();
  } catch (const umpire::out_of_memory_error& error) {
    EXPECT_EQ(error.get_requested_size(), std::size_t{1} << 60);
    EXPECT_EQ(error.get_allocator_id(), pool.getId());
    EXPECT_NE(error.message().find("asked for"), std::string::npos);
  }
}

TEST(UmpireFace, ZeroBytesAreDistinctAddresses) {
  umpire::Allocator pool = make_pool();
  void* a = pool.allocate(0);
  void* b = pool.allocate(0);
  EXPECT_NE(a, nullptr);
  EXPECT_NE(a, b);
  EXPECT_EQ(pool.getAllocationCount(), 2u);
  EXPECT_EQ(pool.getActualSize(), 0u);
  pool.deallocate(a);
  pool.deallocate(b);
}

TEST(UmpireFace, StatisticsAndHeuristics) {
  auto pool = manager().makeAllocator<ResourceAwarePool>(fresh_name(), manager().getAllocator("HOST"), 1024,
                                                         1024, 16, ResourceAwarePool::percent_releasable(0));
  auto* strategy = umpire::util::unwrap_allocator<ResourceAwarePool>(pool);
  Host host;
  std::vector<void*> parts;
  for (int k = 0; k < 4; ++k) parts.push_back(pool.allocate(1000, host));
  EXPECT_EQ(pool.getActualSize(), 4096u);
  EXPECT_EQ(strategy->getAlignedSize(), 4u * 1024);
  EXPECT_EQ(strategy->getTotalBlocks(), 4u);
  for (void* part : parts) pool.deallocate(part, host);
  EXPECT_EQ(strategy->getReleasableBlocks(), 4u);
  EXPECT_EQ(strategy->getReleasableSize(), 4096u);
  EXPECT_EQ(strategy->getLargestAvailableBlock(), 1024u);
  strategy->do_coalesce(4096);
  EXPECT_EQ(strategy->getTotalBlocks(), 1u);
  EXPECT_EQ(strategy->getLargestAvailableBlock(), 4096u);
  pool.release();
  EXPECT_EQ(pool.getActualSize(), 0u);

  // The default gives back and joins when all is free.
  umpire::Allocator joining =
      manager().makeAllocator<ResourceAwarePool>(fresh_name(), manager().getAllocator("HOST"), 1024, 1024);
  parts.clear();
  for (int k = 0; k < 4; ++k) parts.push_back(joining.allocate(1000, host));
  for (void* part : parts) joining.deallocate(part, host);
  auto* joined = umpire::util::unwrap_allocator<ResourceAwarePool>(joining);
  EXPECT_EQ(joined->getTotalBlocks(), 1u);
  EXPECT_EQ(joined->getActualSize(), joined->getAlignedHighwaterMark());
  // A heuristic of the program's own.
  int asked = 0;
  auto counting = manager().makeAllocator<ResourceAwarePool>(
      fresh_name(), manager().getAllocator("HOST"), 1024, 1024, 16, [&](const ResourceAwarePool& pool) {
        ++asked;
        return pool.getReleasableBlocks() > 100 ? pool.getActualSize() : 0;
      });
  counting.deallocate(counting.allocate(10, host), host);
  EXPECT_EQ(asked, 1);
}

TEST(UmpireFace, TheManagerCopiesMovesAndFrees) {
  umpire::Allocator pool = make_pool("UM");
  Cuda d1;
  Resource r1{d1};
  auto* a = static_cast<double*>(pool.allocate(64 * sizeof(double), r1));
  auto* b = static_cast<double*>(pool.allocate(64 * sizeof(double), r1));
  manager().memset(a, 0);
  for (int k = 0; k < 64; ++k) a[k] = k;
  manager().copy(b, a);
  EXPECT_EQ(b[63], 63);
  EXPECT_EQ(manager().getSize(a), 64 * sizeof(double));
  b = static_cast<double*>(manager().move(b, manager().getAllocator("HOST")));
  EXPECT_EQ(b[17], 17);
  EXPECT_EQ(manager().getAllocator(b).getName(), "HOST");
  b = static_cast<double*>(manager().reallocate(b, 128 * sizeof(double)));
  EXPECT_EQ(b[17], 17);
  EXPECT_THROW(manager().copy(a, b, 4096), umpire::runtime_error);
  Event event = manager().copy(a, b, r1, 64);
  event.wait();
  manager().deallocate(a);
  manager().deallocate(b);
  EXPECT_FALSE(manager().hasAllocator(a));
}

TEST(UmpireFace, OtherNamesOfThePool) {
  for (int kind = 0; kind < 2; ++kind) {
    umpire::Allocator pool = kind == 0 ? manager().makeAllocator<umpire::strategy::QuickPool>(
                                             fresh_name(), manager().getAllocator("HOST"), 4096, 4096, 64)
                                       : manager().makeAllocator<umpire::strategy::DynamicPoolList>(
                                             fresh_name(), manager().getAllocator("HOST"));
    std::vector<int, umpire::TypedAllocator<int>> numbers{umpire::TypedAllocator<int>(pool)};
    for (int k = 0; k < 1000; ++k) numbers.push_back(k);
    EXPECT_EQ(numbers[999], 999);
    EXPECT_GE(pool.getActualSize(), 4000u);
    EXPECT_NO_THROW(umpire::coalesce(pool));
  }
  EXPECT_THROW(umpire::coalesce(make_pool()), umpire::runtime_error);
  umpire::Allocator inner = make_pool();
  umpire::Allocator locked =
      manager().makeAllocator<umpire::strategy::ThreadSafeAllocator>(fresh_name(), inner);
  Cuda d1;
  void* a = locked.allocate(100, d1);
  EXPECT_EQ(get_resource(inner, a), Resource{d1});
  locked.deallocate(a, d1);
}

TEST(CampFace, ResourcesCompareHashAndConvert) {
  Cuda a(1), b(2), again(1);
  EXPECT_TRUE(a == again);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(Cuda::CudaFromStream(a.get_stream()), a);
  std::unordered_set<Resource> set{Resource{a}, Resource{b}, Resource{again}, Resource{Host{}}};
  EXPECT_EQ(set.size(), 3u);
  Resource r{a};
  EXPECT_EQ(r.get_platform(), Platform::cuda);
  EXPECT_TRUE(r.try_get<Cuda>().has_value());
  EXPECT_FALSE(r.try_get<Host>().has_value());
  EXPECT_THROW(r.get<Host>(), std::runtime_error);
  Event nothing;
  EXPECT_TRUE(nothing.check());
  Event event = r.get_event();
  event.wait();
  EXPECT_TRUE(event.check());
  EXPECT_NE(event.try_get<CudaEvent>(), nullptr);
  EXPECT_EQ(event.try_get<HostEvent>(), nullptr);
  int* memory = r.allocate<int>(10, MemoryAccess::Managed);
  r.memset(memory, 0, 10 * sizeof(int));
  r.wait();
  EXPECT_EQ(memory[9], 0);
  r.deallocate(memory);
  // More than sixteen share streams.
  std::unordered_set<Resource> many;
  for (int k = 0; k < 40; ++k) many.insert(Cuda());
  EXPECT_EQ(many.size(), 16u);
}

TEST(UmpireFace, PoolsMayBeUsedByAnyThread) {
  umpire::Allocator pool = make_pool();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, t] {
      Cuda cuda(t);
      std::vector<void*> live;
      for (int k = 0; k < 500; ++k) {
        live.push_back(pool.allocate(64 + k % 100, cuda));
        if (k % 3 == 0) {
          pool.deallocate(live.back(), cuda);
          live.pop_back();
        }
      }
      for (void* a : live) pool.deallocate(a, cuda);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pool.getCurrentSize(), 0u);
  EXPECT_EQ(umpire::util::unwrap_allocator<ResourceAwarePool>(pool)->palatine_pool().check(), "");
}

}  // namespace
}  // namespace palatine::test
