// Random programs in the words of Umpire and camp, on the simulated device's threads: sizes, owners and
// contents must be what a plain table says, mistakes must throw and change nothing.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "camp/camp.hpp"
#include "runtime/pool/device_streams_inside.h"
#include "umpire/ResourceManager.hpp"
#include "umpire/Umpire.hpp"
#include "umpire/strategy/DynamicPoolList.hpp"
#include "umpire/strategy/QuickPool.hpp"
#include "umpire/strategy/ResourceAwarePool.hpp"
#include "umpire/util/wrap_allocator.hpp"

namespace palatine::test {
namespace {

using namespace camp::resources;
using umpire::strategy::ResourceAwarePool;

// A kernel: finds what the one before left and leaves something else.
struct Kernel {
  char* address;
  size_t bytes;
  unsigned char before, after;
  bool is_first;
  std::atomic<uint64_t>* errors;
};

void run_kernel(void* argument) {
  auto& self = *static_cast<Kernel*>(argument);
  for (size_t k = 0; k < self.bytes; k += 61) {
    auto* byte = reinterpret_cast<unsigned char*>(self.address) + k;
    if (!self.is_first && *byte != self.before) ++*self.errors;
    *byte = self.after;
  }
}

class Program {
 public:
  Program(unsigned seed, const std::string& memory, size_t resources)
      : random_(seed), manager_(umpire::ResourceManager::getInstance()) {
    static int count = 0;
    std::string name = "random " + memory + std::to_string(++count);
    umpire::Allocator parent = manager_.getAllocator(memory);
    switch (random_() % 3) {
      case 0:
        pool_ = manager_.makeAllocator<ResourceAwarePool>(name, parent, 1 << 16, 1 << 14);
        break;
      case 1:
        pool_ = manager_.makeAllocator<ResourceAwarePool>(name, parent, 1 << 16, 1 << 14, 256,
                                                          ResourceAwarePool::percent_releasable(50));
        break;
      case 2:
        pool_ = manager_.makeAllocator<ResourceAwarePool>(name, parent, 4096, 4096, 64,
                                                          ResourceAwarePool::blocks_releasable(3));
        break;
    }
    for (size_t k = 0; k < resources; ++k) {
      Cuda cuda(static_cast<int>(k));
      streams_.push_back(&devices::inside(cuda.palatine_device_stream()));
      resources_.emplace_back(cuda);
    }
  }

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      switch (random_() % 16) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5:
          live_.size() < 64 ? allocate() : free();
          break;
        case 6:
        case 7:
        case 8:
        case 9:
          free();
          break;
        case 10:
        case 11:
          use();
          break;
        case 12:
          make_a_mistake();
          break;
        case 13:
          wait();
          break;
        default:
          tidy();
      }
      ASSERT_EQ(pool_.getCurrentSize(), live_bytes_);
      ASSERT_EQ(pool_.getAllocationCount(), live_.size());
      ASSERT_GE(pool_.getActualSize(), live_bytes_);
      ASSERT_GE(pool_.getHighWatermark(), live_bytes_);
    }
    while (!live_.empty()) free();
    for (Resource& resource : resources_) resource.wait();
    auto* pool = umpire::util::unwrap_allocator<ResourceAwarePool>(pool_);
    pool->coalesce();
    EXPECT_EQ(umpire::get_num_pending(pool_), 0u);
    pool_.release();
    EXPECT_EQ(pool_.getActualSize(), 0u);
    EXPECT_EQ(pool->getBlocksInPool(), 0u);
    EXPECT_EQ(errors_, 0u);
  }

 private:
  struct Block {
    size_t bytes, owner;
    unsigned char content;
    bool is_written;
  };

  void launch(size_t stream, char* address, Block& block) {
    auto next = static_cast<unsigned char>(random_());
    kernels_.push_back({address, block.bytes, block.content, next, !block.is_written, &errors_});
    ASSERT_TRUE(streams_[stream]->call(run_kernel, &kernels_.back()).ok());
    block.content = next;
    block.is_written = true;
  }

  void allocate() {
    size_t owner = random_() % resources_.size();
    size_t bytes = random_() % 8 ? 1 + random_() % 3000 : 1 + random_() % 40000;
    void* address =
        random_() % 2 ? pool_.allocate(bytes, resources_[owner]) : pool_.allocate(resources_[owner], bytes);
    ASSERT_NE(address, nullptr);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(address) % 16, 0u);
    // Nothing that is live is handed out again.
    auto after = live_.lower_bound(static_cast<char*>(address));
    ASSERT_TRUE(after == live_.end() || static_cast<char*>(address) + bytes <= after->first);
    if (after != live_.begin()) {
      auto before = std::prev(after);
      ASSERT_LE(before->first + before->second.bytes, address);
    }
    auto& block = live_[static_cast<char*>(address)] = {bytes, owner, 0, false};
    live_bytes_ += bytes;
    launch(owner, static_cast<char*>(address), block);
    ASSERT_EQ(umpire::get_resource(pool_, address), resources_[owner]);
    ASSERT_EQ(manager_.getSize(address), bytes);
    ASSERT_EQ(manager_.getAllocator(address).getId(), pool_.getId());
  }

  std::map<char*, Block>::iterator some() {
    auto at = live_.begin();
    std::advance(at, random_() % live_.size());
    return at;
  }

  void use() {
    if (live_.empty()) return;
    auto at = some();
    launch(at->second.owner, at->first, at->second);
  }

  void free() {
    if (live_.empty()) return;
    auto at = some();
    void* address = at->first;
    Resource& owner = resources_[at->second.owner];
    switch (random_() % 4) {
      case 0:
        pool_.deallocate(owner, address);
        break;
      case 1:
        pool_.deallocate(address);
        break;
      case 2:
        manager_.deallocate(address);
        break;
      default:
        pool_.deallocate(address, owner);
    }
    live_bytes_ -= at->second.bytes;
    live_.erase(at);
    ASSERT_FALSE(manager_.hasAllocator(address));
  }

  void make_a_mistake() {
    char other;
    ASSERT_THROW(pool_.deallocate(&other, resources_[0]), umpire::runtime_error);
    ASSERT_THROW(manager_.getSize(&other), umpire::runtime_error);
    ASSERT_THROW(pool_.allocate(std::size_t{1} << 60, resources_[0]), umpire::out_of_memory_error);
    if (live_.empty()) return;
    auto at = some();
    if (resources_.size() > 1) {
      size_t wrong = (at->second.owner + 1) % resources_.size();
      ASSERT_THROW(pool_.deallocate(at->first, resources_[wrong]), umpire::runtime_error);
    }
    ASSERT_THROW(pool_.deallocate(at->first, Host()), umpire::runtime_error);
    if (at->second.bytes > 1) {
      ASSERT_THROW(pool_.deallocate(at->first + 1), umpire::runtime_error);
    }
    ASSERT_EQ(umpire::get_resource(pool_, at->first), resources_[at->second.owner]);
  }

  void wait() {
    size_t from = random_() % resources_.size(), to = random_() % resources_.size();
    Event event = resources_[from].get_event_erased();
    switch (random_() % 4) {
      case 0:
        event.wait();
        ASSERT_TRUE(event.check());
        break;
      case 1:
        resources_[to].wait();
        break;
      default:
        resources_[to].wait_for(&event);
    }
  }

  void tidy() {
    auto* pool = umpire::util::unwrap_allocator<ResourceAwarePool>(pool_);
    switch (random_() % 3) {
      case 0:
        pool_.release();
        break;
      case 1:
        pool->coalesce();
        break;
      default:
        pool_.deallocate(nullptr);
        pool_.deallocate(pool_.allocate(0, resources_[0]), resources_[0]);
    }
    ASSERT_GE(pool->getActualSize(), pool->getReleasableSize());
    ASSERT_GE(pool->getActualHighwaterMark(), pool->getActualSize());
    ASSERT_GE(pool->getAlignedSize(), live_bytes_);
    ASSERT_GE(pool->getTotalBlocks(), pool->getReleasableBlocks());
    ASSERT_LE(pool->getLargestAvailableBlock(), pool->getActualSize());
  }

  std::mt19937 random_;
  umpire::ResourceManager& manager_;
  umpire::Allocator pool_;
  std::vector<Resource> resources_;
  std::vector<device::Stream*> streams_;
  std::map<char*, Block> live_;
  size_t live_bytes_ = 0;
  std::deque<Kernel> kernels_;
  std::atomic<uint64_t> errors_{0};
};

int steps() {
  const char* wanted = std::getenv("PALATINE_POOL_OPERATIONS");
  return wanted ? std::atoi(wanted) / 8 : 4000;
}

TEST(UmpireRandom, OneResource) {
  for (unsigned seed = 1; seed <= 3; ++seed) Program(seed, "UM", 1).run(steps());
}

TEST(UmpireRandom, ManyResources) {
  for (unsigned seed = 11; seed <= 13; ++seed) Program(seed, "DEVICE", 16).run(steps());
  for (unsigned seed = 21; seed <= 22; ++seed) Program(seed, "PINNED", 5).run(steps());
}

// One manager, pools of their own.
TEST(UmpireRandom, SeveralThreads) {
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<Program>> programs;
  for (unsigned k = 0; k < 4; ++k) programs.push_back(std::make_unique<Program>(31 + k, "UM", 8));
  for (auto& program : programs) threads.emplace_back([&program] { program->run(steps() / 4); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace palatine::test
